//! Where a package comes from: a file, or a share that a token opens.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowport_core::Error;
use flowport_core::content::{Content, Hash, Hasher};
use flowport_core::decode::{Decoded, decode};
use flowport_core::model::Package;
use flowport_core::plugin::Input;
use flowport_core::registry::Registry;
use flowport_share::{Share, ShareStore, Token};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::context::{Context, read_package};
use crate::exit::{self, Failure, Outcome};

/// So long a text may be that is looked at as if it were a file.
const LONGEST: usize = 4096;

/// A package at hand.
pub(crate) struct Source {
    path: PathBuf,
    share: Option<Shared>,
}

/// A share that is being used, and the folder that its package was copied to, for as long as that lasts.
struct Shared {
    share: Share,
    _folder: TempDir,
}

impl Source {
    /// A file of that name, else the share of that token.
    pub(crate) fn of(context: &Context, named: &Path) -> Outcome<Source> {
        let text = named.to_str().filter(|text| text.len() <= LONGEST && !named.exists()).map(str::trim);
        match text {
            Some(text) if Token::looks_like(text) => Source::shared(context, text),
            Some(text) => {
                foreign(context, text)?;
                Ok(Source { path: named.to_owned(), share: None })
            }
            None => Ok(Source { path: named.to_owned(), share: None }),
        }
    }

    fn shared(context: &Context, token: &str) -> Outcome<Source> {
        let store = ShareStore::at(context.config()?.share_store());
        let mut share = store.open(token.parse::<Token>()?, Timestamp::now())?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(&share.about.file_name);
        let mut file = std::fs::File::create_new(&path)?;
        share.copy_to(&mut file)?;
        Ok(Source { path, share: Some(Shared { share, _folder: folder }) })
    }

    /// For messages: never the token.
    pub(crate) fn shown(&self) -> String {
        match &self.share {
            Some(shared) => format!("the share {}", shared.share.about.name),
            None => self.path.display().to_string(),
        }
    }

    /// The file, as its user named it; none for a share.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.share.is_none().then_some(self.path.as_path())
    }

    /// Reads the package.
    pub(crate) fn decode(&self, context: &Context) -> Outcome<Decoded> {
        self.decode_with(context.registry()?)
    }

    /// The same, on whatever thread.
    pub(crate) fn decode_with(&self, registry: &Registry) -> Outcome<Decoded> {
        read_package(registry, &self.path)
    }

    /// Over the bytes of its file; of a folder, over what is in it.
    pub(crate) fn hash(&self, package: &Package) -> Outcome<Hash> {
        if self.path.is_dir() {
            return Ok(package.fingerprint());
        }
        let mut hasher = Hasher::default();
        let mut file = std::fs::File::open(&self.path)?;
        let mut piece = vec![0; 1 << 20];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(hasher.finish()),
                read => hasher.update(&piece[..read]),
            }
        }
    }

    /// The package was imported: a share that can be used once is used.
    pub(crate) fn used(self) -> Outcome<()> {
        match self.share {
            Some(shared) => Ok(shared.share.used(Timestamp::now())?),
            None => Ok(()),
        }
    }
}

/// A text that is no file and no token of ours may be something that a plugin knows: a token of its product.
fn foreign(context: &Context, text: &str) -> Outcome<()> {
    let input: Arc<dyn Input> = Arc::new(Content::from_bytes(text.as_bytes()));
    match decode(context.registry()?, &input, None) {
        Err(Error::NotAPackage(reasons)) if reasons.iter().any(|reason| reason.code != Error::NO_FORMAT) => {
            Err(Failure::from(Error::NotAPackage(reasons)).with_exit(exit::REFUSED))
        }
        _ => Ok(()),
    }
}
