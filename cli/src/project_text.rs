//! The text of a project file with one environment more or less. Whatever else stands in it stays as people wrote it.

use toml_edit::{DocumentMut, Item, Table};

/// The text with an environment at its end.
///
/// # Errors
/// Where the text is no TOML.
pub(crate) fn with_environment(text: &str, name: &str, table: Table) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let mut environments = Table::new();
    environments.set_implicit(true);
    environments.insert(name, Item::Table(table.clone()));
    let mut block = DocumentMut::new();
    block.insert("environments", Item::Table(environments));
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let between = if text.is_empty() || text.ends_with('\n') { "" } else { line_end };
    let block = block.to_string().replace('\n', line_end);
    let appended = format!("{text}{between}{line_end}{block}");
    if appended.parse::<DocumentMut>().is_ok() {
        return Ok(appended);
    }
    // `environments = { … }` takes no tables behind it.
    document["environments"][name] = Item::Value(table.into_inline_table().into());
    Ok(document.to_string())
}

/// The text without an environment, nor the comments that stand right above or below its lines.
///
/// # Errors
/// Where the text is no TOML.
pub(crate) fn without_environment(text: &str, name: &str) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    if let Some(environments) = document.get_mut("environments").and_then(Item::as_table_like_mut) {
        environments.remove(name);
    }
    let wanted = document.to_string();
    let cut = cut(text, name).unwrap_or_default();
    let same = |left: &str, right: &str| left.parse::<toml::Table>().ok() == right.parse::<toml::Table>().ok();
    // A value over several lines may look like a header: then the comments move, and the values are right all the same.
    Ok(if same(&cut, &wanted) { cut } else { wanted })
}

fn cut(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let is_blank = |line: &&str| line.trim().is_empty();
    let header = lines.iter().position(|line| opens(line, name))?;
    let above = lines[..header].iter().rev().take_while(|line| is_comment(line)).count();
    let rest = &lines[header + 1..];
    let next = rest.iter().position(|line| line.trim_start().starts_with('[')).unwrap_or(rest.len());
    let last = rest[..next].iter().rposition(|line| !is_comment(line) && !is_blank(line)).map_or(0, |last| last + 1);
    let below = rest[last..next].iter().take_while(|line| is_comment(line)).count();
    let mut end = header + 1 + last + below;
    end += lines[end..].iter().take_while(|line| is_blank(line)).count();
    Some([&lines[..header - above], &lines[end..]].concat().concat())
}

/// True for the line `[environments.NAME]`, however it is spelled.
fn opens(line: &str, name: &str) -> bool {
    let is_header = line.trim_start().starts_with('[');
    let table = is_header.then(|| line.parse::<toml::Table>().ok()).flatten();
    table.is_some_and(|table| table.get("environments").is_some_and(|environments| environments.get(name).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# The project.\n\n[environments.dev]\nkind = \"development\"\n# makers = [\"ana\"]\n\n# Ours.\n[environments.prod]\nkind = \"production\"\nmakers = [\n  \"ben\",\n]\n# tenant = \"x\"\n\n[plugins.role]\npath = \"role.wasm\"\n# instead = true\n";

    fn kind(kind: &str) -> Table {
        let mut table = Table::new();
        table["kind"] = toml_edit::value(kind);
        table
    }

    #[test]
    fn what_is_added_stands_at_the_end_and_can_be_taken_out_again() {
        for text in [TEXT.to_owned(), TEXT.replace('\n', "\r\n"), String::new(), "user = \"ana\"".to_owned()] {
            let with = with_environment(&text, "test", kind("test")).unwrap();
            assert!(with.starts_with(&text), "{with}");
            assert_eq!(with.parse::<toml::Table>().unwrap()["environments"]["test"]["kind"].as_str(), Some("test"));
            assert_eq!(with.contains("\r\n"), text.contains("\r\n"));
            let without = without_environment(&with, "test").unwrap();
            assert_eq!(without.trim_end(), text.trim_end());
        }
    }

    #[test]
    fn comments_go_with_what_they_are_about_and_stay_otherwise() {
        let without = without_environment(TEXT, "prod").unwrap();
        assert_eq!(
            without,
            "# The project.\n\n[environments.dev]\nkind = \"development\"\n# makers = [\"ana\"]\n\n[plugins.role]\npath = \"role.wasm\"\n# instead = true\n"
        );
        let without = without_environment(TEXT, "dev").unwrap();
        assert!(without.starts_with("# The project.\n\n# Ours.\n[environments.prod]\n"), "{without}");
    }

    #[test]
    fn environments_on_one_line_are_changed_there() {
        let text = "environments = { dev = { kind = \"development\" } }\n";
        let with = with_environment(text, "test", kind("test")).unwrap();
        assert_eq!(with.parse::<toml::Table>().unwrap()["environments"].as_table().unwrap().len(), 2);
        let without = without_environment(&with, "dev").unwrap();
        assert!(without.parse::<toml::Table>().unwrap()["environments"].get("dev").is_none());
    }
}
