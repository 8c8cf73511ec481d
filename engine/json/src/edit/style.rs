use std::borrow::Cow;

use crate::value::Value;

/// The white space that a new member or element gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Style<'d> {
    /// Between the comma or the opening bracket and the item.
    pub(super) before_item: Cow<'d, str>,
    /// Between the last item and the closing bracket, where the container was empty.
    pub(super) before_end: &'d str,
    /// The colon with the white space around it.
    pub(super) colon: &'d str,
}

/// Where nothing around tells better.
const DEFAULT_INDENT: &str = "  ";

impl<'d> Style<'d> {
    /// How the items of a container are laid out; those of an empty one follow its own line.
    pub(super) fn within(container: Value<'d>) -> Self {
        let colon = || std::iter::once(container).chain(container.ancestors()).find_map(colon_before);
        match container.last_child() {
            Some(last) => {
                let colon = colon_before(last).unwrap_or(":");
                let mut before_item = white_space_before(last);
                if before_item.is_empty() && last.node().ordinal() == 0 {
                    // `{"a": 1}`: no comma to learn from, but who puts a space here puts one there.
                    before_item = if colon.ends_with(' ') { " " } else { "" };
                }
                Style { before_item: before_item.into(), before_end: "", colon }
            }
            None => {
                let before = white_space_before(container);
                match indent_of(before) {
                    Some(indent) if container.parent().is_some() => Style {
                        before_item: format!("{before}{}", unit(container, indent)).into(),
                        before_end: before,
                        colon: colon().unwrap_or(": "),
                    },
                    _ => Style { before_item: "".into(), before_end: "", colon: colon().unwrap_or(":") },
                }
            }
        }
    }
}

/// The colon before the value of a member, with the white space around it.
fn colon_before(value: Value<'_>) -> Option<&str> {
    let key = value.key()?;
    Some(&value.document().text()[key.span().end..value.span().start])
}

fn white_space_before(value: Value<'_>) -> &str {
    let start = value.key().map_or(value.span().start, |key| key.span().start);
    trailing_white_space(&value.document().text()[..start])
}

fn trailing_white_space(text: &str) -> &str {
    let white_space = |character| matches!(character, ' ' | '\n' | '\r' | '\t');
    &text[text.trim_end_matches(white_space).len()..]
}

/// What stands on the last line of this white space, if it has more than one.
fn indent_of(white_space: &str) -> Option<&str> {
    white_space.rsplit_once('\n').map(|(_, indent)| indent)
}

/// What one level of nesting adds around the container, whose own line is indented by `indent`.
fn unit<'d>(container: Value<'d>, indent: &'d str) -> &'d str {
    let outer = container.parent().and_then(|parent| {
        let before_end = &container.document().text()[..parent.span().end - 1];
        indent_of(trailing_white_space(before_end))
    });
    match outer.and_then(|outer| indent.strip_prefix(outer)) {
        Some("") | None => DEFAULT_INDENT,
        Some(unit) => unit,
    }
}
