/** Plots as SVG text, from pure functions that need no DOM: the same in Node and in a page. */
export { type BarChartOptions, type BarSeries, barChart } from "./charts/bar_chart.ts";
export type { ChartOptions } from "./charts/frame.ts";
export { type HeatStripOptions, heatStrip } from "./charts/heat_strip.ts";
export { type ImageGridOptions, imageGrid } from "./charts/image_grid.ts";
export { type Band, type LineChartOptions, type LineSeries, lineChart, type Values } from "./charts/line_chart.ts";
export { encodePng, pngDataUri } from "./charts/png.ts";
export {
  type Points,
  type Ring,
  type ScatterChartOptions,
  type ScatterLayer,
  scatterChart,
} from "./charts/scatter_chart.ts";
export { colour, seriesColour, standaloneSvg } from "./charts/theme.ts";
