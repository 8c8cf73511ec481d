//! Pages in a browser.

use serde_json::{Value, json};

use super::{entity, hostile, with_sample};
use crate::support::browser::{browser, seen};

#[test]
fn a_browser_shows_a_page_on_a_screen_and_on_a_phone_in_light_and_dark() {
    let Some(browser) = browser("html") else { return };
    let (project, _) = with_sample();
    project.run(&["plan", "prod", "orders.zip", "--html", "plan.html"]).exits(4);
    let names: Vec<Value> =
        hostile().iter().enumerate().map(|(index, name)| entity(&format!("h{index}"), name, &["h0"])).collect();
    project.write("hostile.json", json!(names).to_string());
    project.ok(&["inspect", "hostile.json", "--html", "hostile.html"]);
    for page in ["plan.html", "hostile.html"] {
        for (width, is_dark) in [(1280, false), (390, false), (390, true)] {
            let found = seen(&browser, project.folder(), page, width, is_dark, LOOK);
            let found: Value = serde_json::from_str(&found).unwrap_or_else(|error| panic!("{error}: {found}"));
            let what = format!("{page} at {width}, dark: {is_dark}: {found}");
            assert!(found["heading"].as_i64().unwrap() > 20, "{what}");
            assert_eq!(found["width"], width, "nothing is wider than the page: {what}");
            assert_eq!(found["dark"], is_dark, "{what}");
            assert_eq!(found["faint"], json!([]), "{what}");
        }
    }
}

/// How high the heading is, how wide the page, whether it is dark, and which texts have a contrast below 4.5 (WCAG 2.1 AA).
const LOOK: &str = r#"
const document = shown.document;
const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
const light = (colour) => {
  const [red, green, blue] = numbers(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const behind = (element) => {
  for (; element; element = element.parentElement) {
    const colour = shown.getComputedStyle(element).backgroundColor;
    if (numbers(colour)[3] !== 0) return colour;
  }
  return 'rgb(255, 255, 255)';
};
const faint = [];
for (const element of document.body.querySelectorAll('*')) {
  const has_text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!has_text || element.closest('svg')) continue;
  const pair = [light(shown.getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
  const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (contrast < 4.5) faint.push(element.tagName + '.' + element.className + ' ' + contrast.toFixed(2));
}
return JSON.stringify({
  heading: Math.round(document.querySelector('h1').getBoundingClientRect().height),
  width: document.documentElement.scrollWidth,
  dark: light(shown.getComputedStyle(document.body).backgroundColor) < 0.2,
  faint,
});
"#;
