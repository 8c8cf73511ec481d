//! Names of files and folders that every system takes: ASCII, no word that Windows keeps for itself, nothing hidden, none that
//! differs from another one in case only.

use std::collections::HashSet;

use flowport_core::content::Hash;
use flowport_core::model::{Head, Kind, ResourceId};

use crate::{LAYOUT, RECORD, RESOURCE};

/// The longest segment that stays as it is; Windows takes 260 characters for a whole path.
const LONGEST_SEGMENT: usize = 80;
/// The longest path of a part within its folder.
const LONGEST_PATH: usize = 120;
/// Of a name, in the name of a folder or file.
const LONGEST_SLUG: usize = 40;
/// Hexadecimal digits of a hash: enough to tell a thousand things apart.
const SHORT: usize = 8;

/// Names that the tree, or Windows, uses itself.
fn is_reserved(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).trim_end_matches(' ').to_ascii_lowercase();
    let is_device = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].contains(&stem.as_str());
    let is_port = |name: &str| stem.strip_prefix(name).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    is_device || is_port("com") || is_port("lpt")
}

/// True where all systems take the segment and none takes it for something else.
fn is_safe_segment(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'()+,-.;=@[]^_`{}".contains(&byte);
    (1..=LONGEST_SEGMENT).contains(&segment.len())
        && segment.bytes().all(is_plain)
        && !segment.starts_with(['.', ' ', '-'])
        && !segment.ends_with(['.', ' '])
        && !is_reserved(segment)
}

/// True for a relative path of safe segments.
fn is_safe(path: &str) -> bool {
    path.len() <= 1024 && path.split('/').all(is_safe_segment)
}

/// True for a relative path that leads nowhere but below its folder, and into nothing hidden there, on any system. Wider than
/// what flowport names files itself: people add some.
pub(crate) fn is_below(path: &str) -> bool {
    let is_odd = |character: char| {
        let is_invisible = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        character.is_control() || is_invisible || "<>:\"|?*\\~".contains(character)
    };
    path.split('/').all(|segment| !segment.is_empty() && !segment.starts_with('.') && !segment.contains(is_odd))
}

/// The folder of a resource: its kind, its name for people, and a hash of its id. One that `is_taken` is another's.
pub(crate) fn folder(head: &Head, is_taken: &dyn Fn(&str) -> bool) -> String {
    let kind = kind(&head.id.kind);
    let slug = slug(&head.name);
    let hash = hash(&head.id);
    let named = |digits: usize| match slug.as_str() {
        "" => format!("{kind}/{}", &hash[..digits]),
        slug => format!("{kind}/{slug}-{}", &hash[..digits]),
    };
    // Two of one kind and name, and hashes that begin alike.
    [SHORT, 2 * SHORT].map(named).into_iter().find(|name| !is_taken(name)).unwrap_or_else(|| named(hash.len()))
}

fn hash(id: &ResourceId) -> String {
    Hash::of(id.to_string().as_bytes()).to_string()
}

fn kind(kind: &Kind) -> String {
    let name = kind.as_str();
    if is_reserved(name) || name == LAYOUT { format!("{name}_") } else { name.to_owned() }
}

/// Lower-case letters, digits and dashes that remind of a text, whatever its script.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in deunicode::deunicode(text).chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && character != '\'' {
            slug.push('-');
        }
        if slug.len() == LONGEST_SLUG {
            break;
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The paths within a folder that are in use, as a file system sees them that does not tell upper from lower case.
#[derive(Debug)]
pub(crate) struct Taken {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Default for Taken {
    /// What the tree itself keeps there.
    fn default() -> Taken {
        Taken { files: [RESOURCE, RECORD].map(str::to_owned).into(), folders: HashSet::new() }
    }
}

impl Taken {
    /// Uses a path.
    pub(crate) fn take(&mut self, path: &str) {
        let path = path.to_ascii_lowercase();
        self.folders.extend(folders_of(&path).map(str::to_owned));
        self.files.insert(path);
    }

    fn is_free(&self, path: &str) -> bool {
        let path = path.to_ascii_lowercase();
        let below_a_file = folders_of(&path).any(|folder| self.files.contains(folder));
        !self.files.contains(&path) && !self.folders.contains(&path) && !below_a_file
    }
}

/// The folders that a path leads through.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// The file of a part: named like it where that is safe and free, else by a hash. `ending` is added where a file must not be
/// taken for what its name says.
pub(crate) fn file(part: &str, ending: &str, taken: &mut Taken) -> String {
    let plain = format!("{part}{ending}");
    let hash = Hash::of(part.as_bytes()).to_string();
    let name = part.rsplit('/').next().unwrap_or(part);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let extension = if extension.is_empty() { extension } else { format!(".{extension}") };
    let named = |digits: usize| {
        let stem = slug(stem);
        let dash = if stem.is_empty() { "" } else { "-" };
        format!("{stem}{dash}{}{extension}{ending}", &hash[..digits])
    };
    let fits = |path: &String| path.len() <= LONGEST_PATH && is_safe(path) && taken.is_free(path);
    let chosen = std::iter::once(plain).chain([SHORT, 2 * SHORT].map(named)).find(fits);
    let chosen = chosen.unwrap_or_else(|| named(hash.len()));
    taken.take(&chosen);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_core::model::{Origin, State};

    fn head(kind: &str, id: &str, name: &str) -> Head {
        let id = ResourceId::new(kind, id, None).unwrap();
        let (state, origin) = (State::Published, Origin::Custom);
        Head { id, name: name.to_owned(), dialect: "x".to_owned(), state, origin, attributes: "{}".into() }
    }

    #[test]
    fn a_folder_tells_its_resource_in_every_script() {
        let folder = |kind: &str, name: &str| folder(&head(kind, "7c9e", name), &|_| false);
        for (kind, name, expected) in [
            ("flow", "Order intake", "flow/order-intake-e010269b"),
            ("flow", "Überprüfung / Größe!", "flow/uberprufung-grosse-e010269b"),
            ("flow", "../../etc", "flow/etc-e010269b"),
            ("flow", "\u{202e}", "flow/e010269b"),
        ] {
            assert_eq!(folder(kind, name), expected, "{name}");
        }
        assert!(folder("con", "x").starts_with("con_/") && folder("layout", "x").starts_with("layout_/"));
        assert!(folder("flow", &"long ".repeat(99)).len() < 60);
    }

    #[test]
    fn nothing_leads_out_of_a_folder_or_into_a_hidden_one() {
        for path in
            ["../x", "a/../x", "/x", "a//x", "", ".git/x", "a/.git", "a\\x", "C:x", "GIT~1/x", "\u{200c}.git/x", "a/"]
        {
            assert!(!is_below(path), "{path:?}");
        }
        for path in ["a", "a/b.json", "\u{dc}bersicht/d\u{e9}j\u{e0}.json", "a b/c"] {
            assert!(is_below(path), "{path:?}");
        }
    }

    #[test]
    fn hashes_that_begin_alike_are_told_apart() {
        let head = head("flow", "7c9e", "x");
        let mut taken = HashSet::new();
        for _ in 0..3 {
            let name = folder(&head, &|name| taken.contains(name));
            assert!(taken.insert(name));
        }
    }

    #[test]
    fn what_a_system_would_not_take_gets_another_name() {
        for odd in [
            "CON",
            "con.json",
            "Lpt1.txt",
            "a:b",
            "a?",
            "a.",
            "a ",
            " a",
            "..",
            ".git/config",
            "a/../b",
            "a//b",
            "/a",
            "a\\b",
            "GIT~1",
            "-rf",
            "é.json",
            "e\u{301}.json",
            "a\u{200b}b",
            &"x".repeat(200),
            "nul .x",
            "COM¹",
        ] {
            let name = file(odd, "", &mut Taken::default());
            assert!(name != odd && is_safe(&name) && !name.contains('/'), "{odd:?} became {name:?}");
        }
        for plain in ["definition.json", "pages/Start page.json", "a+b (1).xml", "company/compose.txt"] {
            assert_eq!(file(plain, "", &mut Taken::default()), plain);
        }
    }

    #[test]
    fn names_that_differ_in_case_only_and_files_that_would_be_folders_are_told_apart() {
        let mut taken = Taken::default();
        let names = ["a.json", "A.json", "resource.json", "Layout.json", "d", "d/e", "f/g", "F"];
        let files = names.map(|name| file(name, "", &mut taken));
        let lower: HashSet<String> = files.iter().map(|name| name.to_ascii_lowercase()).collect();
        assert_eq!(lower.len(), names.len());
        assert_eq!((files[0].as_str(), files[4].as_str(), files[6].as_str()), ("a.json", "d", "f/g"));
        assert!(files[1].starts_with("a-") && files[1].ends_with(".json") && files[2] != RESOURCE, "{files:?}");
        assert!(!files[5].starts_with("d/") && files[7] != "F", "{files:?}");
    }
}
