//! Charts as SVG from the server: they are there at once, without script, and can be read aloud, as a
//! table, and point by point.
//!
//! A chart fills its width without scaling its text: positions along both axes are percentages, and only
//! the lines' paths are stretched. So it needs neither script nor `style=` to fit a phone.

mod axis;
mod bar_chart;
mod bar_list;
mod frame;
mod line_chart;
mod marker;
mod scale;
mod series;
mod sparkline;
mod unit;

pub use bar_chart::{BarChart, BarChartProps};
pub use bar_list::{BarItem, BarList, BarListProps};
pub use line_chart::{LineChart, LineChartProps};
pub use series::{Point, Series, SeriesRole};
pub use sparkline::{Sparkline, SparklineProps};
pub use unit::Unit;
