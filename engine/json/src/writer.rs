use crate::string;

/// Writes JSON into a string, piece by piece and without recursion.
///
/// ```
/// use flowport_json::Writer;
///
/// let mut writer = Writer::compact();
/// writer.begin_object().key("name").string("é").key("list").begin_array().number(1u64).null().end_array().end_object();
/// assert_eq!(writer.finish(), r#"{"name":"é","list":[1,null]}"#);
/// ```
///
/// The calls must follow the grammar: in an object each value after its key, each end after its begin, one value in all.
/// Debug builds panic where they do not; others write what they are told.
#[derive(Debug, Clone)]
pub struct Writer {
    text: String,
    layout: Layout,
    open: Vec<Open>,
    after_key: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Compact,
    Pretty,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    container: Container,
    is_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

const INDENT: &str = "  ";

impl Writer {
    /// Without white space.
    pub fn compact() -> Self {
        Self::with_layout(Layout::Compact)
    }

    /// One member or element per line, two spaces per level.
    pub fn pretty() -> Self {
        Self::with_layout(Layout::Pretty)
    }

    fn with_layout(layout: Layout) -> Self {
        Writer { text: String::new(), layout, open: Vec::new(), after_key: false }
    }

    /// Begins an object.
    pub fn begin_object(&mut self) -> &mut Self {
        self.begin(Container::Object, '{')
    }

    /// Ends the innermost object.
    pub fn end_object(&mut self) -> &mut Self {
        self.end(Container::Object, '}')
    }

    /// Begins an array.
    pub fn begin_array(&mut self) -> &mut Self {
        self.begin(Container::Array, '[')
    }

    /// Ends the innermost array.
    pub fn end_array(&mut self) -> &mut Self {
        self.end(Container::Array, ']')
    }

    /// The name of the next member.
    pub fn key(&mut self, name: &str) -> &mut Self {
        self.before_key();
        string::push_quoted(&mut self.text, name);
        self.after_key()
    }

    /// The name of the next member as it stands in a document, quotes and escapes included.
    pub fn raw_key(&mut self, raw: &str) -> &mut Self {
        self.before_key();
        self.text.push_str(raw);
        self.after_key()
    }

    /// A string, escaped as [`quote`](crate::quote) does.
    pub fn string(&mut self, text: &str) -> &mut Self {
        self.before_value();
        string::push_quoted(&mut self.text, text);
        self
    }

    /// A value as text that is already valid JSON; it is written unchanged.
    pub fn raw(&mut self, raw: &str) -> &mut Self {
        self.before_value();
        self.text.push_str(raw);
        self
    }

    /// An integer of any type up to 64 bits.
    pub fn number(&mut self, number: impl Into<i128>) -> &mut Self {
        let number: i128 = number.into();
        self.raw(&number.to_string())
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, value: bool) -> &mut Self {
        self.raw(if value { "true" } else { "false" })
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        self.raw("null")
    }

    /// The text written so far; without a line end at the end.
    pub fn finish(self) -> String {
        debug_assert!(self.open.is_empty(), "an array or object has no end");
        debug_assert!(!self.text.is_empty(), "there is no value");
        self.text
    }

    fn begin(&mut self, container: Container, bracket: char) -> &mut Self {
        self.before_value();
        self.text.push(bracket);
        self.open.push(Open { container, is_empty: true });
        self
    }

    fn end(&mut self, container: Container, bracket: char) -> &mut Self {
        let open = self.open.pop();
        debug_assert_eq!(open.map(|open| open.container), Some(container), "the end of something not open");
        debug_assert!(!self.after_key, "a key without a value");
        if open.is_some_and(|open| !open.is_empty) {
            self.new_line();
        }
        self.text.push(bracket);
        self
    }

    fn before_key(&mut self) {
        debug_assert!(!self.after_key, "a key after a key");
        debug_assert_eq!(self.container(), Some(Container::Object), "a key outside of an object");
        self.before_item();
    }

    fn after_key(&mut self) -> &mut Self {
        self.text.push_str(match self.layout {
            Layout::Compact => ":",
            Layout::Pretty => ": ",
        });
        self.after_key = true;
        self
    }

    fn before_value(&mut self) {
        if std::mem::take(&mut self.after_key) {
            return;
        }
        debug_assert_ne!(self.container(), Some(Container::Object), "a member without a key");
        debug_assert!(!self.open.is_empty() || self.text.is_empty(), "a second value");
        self.before_item();
    }

    fn before_item(&mut self) {
        if let Some(open) = self.open.last_mut() {
            if !std::mem::take(&mut open.is_empty) {
                self.text.push(',');
            }
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        if self.layout == Layout::Pretty {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(INDENT, self.open.len()));
        }
    }

    fn container(&self) -> Option<Container> {
        self.open.last().map(|open| open.container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(mut writer: Writer) -> String {
        writer.begin_object();
        writer.key("a\n").begin_array().number(-1i64).number(u64::MAX).boolean(true).boolean(false).end_array();
        writer.key("b").begin_object().end_object();
        writer.key("c").begin_array().end_array();
        writer.raw_key("\"\\u0064\"").begin_array().begin_array().null().end_array().raw("1.50").end_array();
        writer.key("e").string("\"é\"");
        writer.end_object();
        writer.finish()
    }

    #[test]
    fn writes_compact() {
        assert_eq!(
            write(Writer::compact()),
            r#"{"a\n":[-1,18446744073709551615,true,false],"b":{},"c":[],"\u0064":[[null],1.50],"e":"\"é\""}"#
        );
    }

    #[test]
    fn writes_pretty() {
        let expected = r#"{
  "a\n": [
    -1,
    18446744073709551615,
    true,
    false
  ],
  "b": {},
  "c": [],
  "\u0064": [
    [
      null
    ],
    1.50
  ],
  "e": "\"é\""
}"#;
        assert_eq!(write(Writer::pretty()), expected);
    }

    #[test]
    fn writes_single_values() {
        let mut writer = Writer::pretty();
        writer.string("a");
        assert_eq!(writer.finish(), "\"a\"");
    }

    #[test]
    #[should_panic(expected = "a member without a key")]
    fn refuses_members_without_key_in_debug_builds() {
        Writer::compact().begin_object().null();
    }

    #[test]
    #[should_panic(expected = "a second value")]
    fn refuses_a_second_value_in_debug_builds() {
        Writer::compact().null().null();
    }

    #[test]
    #[should_panic(expected = "has no end")]
    fn refuses_open_ends_in_debug_builds() {
        let mut writer = Writer::compact();
        writer.begin_array();
        writer.finish();
    }
}
