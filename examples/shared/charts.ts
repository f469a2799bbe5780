/** Plots as SVG text, from pure functions that need no DOM: the same in Node and in a page. */
export { type BarChartOptions, type BarSeries, barChart } from "./charts/bar_chart.ts";
export type { ChartOptions } from "./charts/frame.ts";
export { type HeatStripOptions, heatStrip } from "./charts/heat_strip.ts";
export { type Band, type LineChartOptions, type LineSeries, lineChart, type Values } from "./charts/line_chart.ts";
export { type PictureChartOptions, type PictureRow, pictureChart } from "./charts/picture_chart.ts";
export {
  type Points,
  type Ring,
  type ScatterChartOptions,
  type ScatterLayer,
  scatterChart,
} from "./charts/scatter_chart.ts";
export { colour, seriesColour, standaloneSvg } from "./charts/theme.ts";
