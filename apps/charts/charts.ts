/** Plots as SVG text, from pure functions that need no DOM: the same in Node and in a page. */
export { type BarChartOptions, type BarSeries, barChart } from "./bar_chart.ts";
export type { ChartOptions } from "./frame.ts";
export { type HeatStripOptions, heatStrip } from "./heat_strip.ts";
export { type Band, type LineChartOptions, type LineSeries, lineChart, type Values } from "./line_chart.ts";
export { type PictureChartOptions, type PictureRow, pictureChart } from "./picture_chart.ts";
export {
  type Points,
  type Ring,
  type ScatterChartOptions,
  type ScatterLayer,
  scatterChart,
} from "./scatter_chart.ts";
export { colour, seriesColour, standaloneSvg } from "./theme.ts";
