/** Pictures for a report, as SVG documents that need nothing else; the same input gives the same text. */
export { barPlot, type Bar, type BarPlotOptions } from './bars.js';
export { PlotError } from './error.js';
export { linePlot, type LinePlotOptions, type Series } from './lines.js';
