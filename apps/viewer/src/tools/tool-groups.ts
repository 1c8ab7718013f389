import * as tools from '@cornerstonejs/tools';
import { type FactsOfTarget, measurementLines } from './measurement-lines.js';

const { Enums, ToolGroupManager } = tools;
const { MouseBindings } = Enums;

export type PrimaryTool =
  | 'scroll'
  | 'window'
  | 'zoom'
  | 'pan'
  | 'probe'
  | 'length'
  | 'angle'
  | 'cobb'
  | 'ellipse'
  | 'rectangle'
  | 'erase'
  | 'crosshairs';

/** The library types the names of its tools as anything. */
const nameOf = (Tool: { readonly toolName: string }): string => Tool.toolName;

/** Tools of the main button or of one finger, by the name used in the page. */
export const PRIMARY_TOOLS: Readonly<Record<PrimaryTool, string>> = {
  scroll: nameOf(tools.StackScrollTool),
  window: nameOf(tools.WindowLevelTool),
  zoom: nameOf(tools.ZoomTool),
  pan: nameOf(tools.PanTool),
  probe: nameOf(tools.ProbeTool),
  length: nameOf(tools.LengthTool),
  angle: nameOf(tools.AngleTool),
  cobb: nameOf(tools.CobbAngleTool),
  ellipse: nameOf(tools.EllipticalROITool),
  rectangle: nameOf(tools.RectangleROITool),
  erase: nameOf(tools.EraserTool),
  crosshairs: nameOf(tools.CrosshairsTool),
};

const MEASUREMENTS: readonly PrimaryTool[] = ['probe', 'length', 'angle', 'cobb', 'ellipse', 'rectangle'];
export const STACK_TOOLS = 'stack';
export const MPR_TOOLS = 'mpr';

type ToolGroup = NonNullable<ReturnType<typeof ToolGroupManager.getToolGroup>>;

/** Registers the tools once and makes the two groups. */
export function makeToolGroups(factsOf: FactsOfTarget): void {
  tools.init();
  for (const Tool of [
    tools.StackScrollTool,
    tools.WindowLevelTool,
    tools.ZoomTool,
    tools.PanTool,
    tools.ProbeTool,
    tools.LengthTool,
    tools.AngleTool,
    tools.CobbAngleTool,
    tools.EllipticalROITool,
    tools.RectangleROITool,
    tools.EraserTool,
    tools.CrosshairsTool,
  ]) {
    tools.addTool(Tool);
  }
  for (const id of [STACK_TOOLS, MPR_TOOLS]) {
    const group = ToolGroupManager.createToolGroup(id);
    if (!group) continue;
    for (const [name, toolName] of Object.entries(PRIMARY_TOOLS) as [PrimaryTool, string][]) {
      if (name === 'crosshairs' && id === STACK_TOOLS) continue;
      const lines = measurementLines(name, factsOf);
      group.addTool(toolName, lines ? { getTextLines: lines } : {});
    }
    for (const name of MEASUREMENTS) group.setToolPassive(PRIMARY_TOOLS[name]);
    useTool(group, 'window');
  }
}

/**
 * The tool of the main button. The others keep their place: middle button moves, right button enlarges, wheel scrolls, two
 * fingers enlarge and move, three move.
 */
export function useTool(group: ToolGroup, name: PrimaryTool): void {
  for (const other of Object.keys(PRIMARY_TOOLS) as PrimaryTool[]) {
    if (!group.hasTool(PRIMARY_TOOLS[other])) continue;
    if (MEASUREMENTS.includes(other)) group.setToolPassive(PRIMARY_TOOLS[other]);
    else if (group.getToolOptions(PRIMARY_TOOLS[other])?.mode === Enums.ToolModes.Active) {
      group.setToolDisabled(PRIMARY_TOOLS[other]);
    }
  }
  const bindings = new Map<PrimaryTool, tools.Types.IToolBinding[]>([
    ['scroll', [{ mouseButton: MouseBindings.Wheel }]],
    ['pan', [{ mouseButton: MouseBindings.Auxiliary }, { numTouchPoints: 3 }]],
    ['zoom', [{ mouseButton: MouseBindings.Secondary }, { numTouchPoints: 2 }]],
  ]);
  bindings.set(name, [{ mouseButton: MouseBindings.Primary }, { numTouchPoints: 1 }, ...(bindings.get(name) ?? [])]);
  for (const [tool, its] of bindings) {
    if (group.hasTool(PRIMARY_TOOLS[tool])) group.setToolActive(PRIMARY_TOOLS[tool], { bindings: its });
  }
}

export function useToolEverywhere(name: PrimaryTool): void {
  for (const id of [STACK_TOOLS, MPR_TOOLS]) {
    const group = ToolGroupManager.getToolGroup(id);
    if (group?.hasTool(PRIMARY_TOOLS[name])) useTool(group, name);
  }
}

/** Measurements shown or not. */
export function showMeasurements(visible: boolean): void {
  const all = tools.annotation.state.getAllAnnotations();
  for (const { annotationUID } of all) {
    if (annotationUID) tools.annotation.visibility.setAnnotationVisibility(annotationUID, visible);
  }
}
