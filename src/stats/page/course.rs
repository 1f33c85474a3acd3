//! Documents over time, all of them and those with each frequent name, in small pictures of one width.

use super::shown::{colour, key, number};
use crate::formats::html::escaped;
use crate::stats::Time;
use std::fmt::Write;

const WIDTH: u64 = 1000;
const HEIGHT: u64 = 100;

/// All courses. Time runs from left to right, as its labels say.
pub(super) fn section(out: &mut String, time: &Time) {
    let (Some(first), Some(last)) = (time.points.first(), time.points.last()) else { return };
    let ends = format!("<div class=\"ends\" dir=\"ltr\"><span>{first}</span><span>{last}</span></div>");
    let _ = writeln!(out, "<section>\n<h2>عبر الزمن</h2>\n<p class=\"faint\">عدد الوثائق التي ذُكر فيها الاسم</p>");
    let _ = writeln!(out, "<figure class=\"all\"><figcaption>كل الوثائق</figcaption>");
    picture(out, time, &time.documents);
    let _ = writeln!(out, "{ends}</figure>\n<div class=\"courses\">");
    for course in &time.names {
        let name = &course.name;
        let _ = writeln!(
            out,
            "<figure class=\"{}\" {}><figcaption><bdi>{}</bdi></figcaption>",
            colour(name),
            key(name),
            escaped(&name.name)
        );
        picture(out, time, &course.course);
        let _ = writeln!(out, "{ends}</figure>");
    }
    let _ = writeln!(out, "</div>\n</section>");
}

/// A step for each point, with the highest count beside it; each point says its count.
fn picture(out: &mut String, time: &Time, counts: &[u64]) {
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let points = counts.len().max(1) as u64;
    let _ = write!(
        out,
        "<div class=\"plot\" dir=\"ltr\"><span class=\"faint\">{}</span><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         preserveAspectRatio=\"none\">",
        number(most)
    );
    for ((at, count), point) in (0u64..).zip(counts).zip(&time.points) {
        if *count == 0 {
            continue;
        }
        let (left, right) = (at * WIDTH / points, (at + 1) * WIDTH / points);
        let height = (count * HEIGHT).div_ceil(most);
        let _ = write!(
            out,
            "<rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{height}\"><title>{point}: {}</title></rect>",
            HEIGHT - height,
            right - left,
            number(*count)
        );
    }
    let _ = writeln!(out, "</svg></div>");
}
