//! Where a package comes from: a file, or a share that a token opens.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowport_core::Error;
use flowport_core::content::{Content, Hash};
use flowport_core::decode::{Decoded, decode};
use flowport_core::encode::FileInput;
use flowport_core::model::Package;
use flowport_core::plugin::Input;
use flowport_core::registry::Registry;
use flowport_core::scratch::Scratch;
use flowport_core::stream::hash_of;
use flowport_share::{Share, ShareStore, Token};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::context::{Context, read_input, read_package};
use crate::exit::{self, Failure, Outcome};
use crate::keys::NamedKey;
use crate::trust::{self, Stated, Verified};

/// So long a text may be that is looked at as if it were a file.
const LONGEST: usize = 4096;

/// A package at hand.
pub(crate) struct Source {
    path: PathBuf,
    share: Option<Shared>,
    held: Option<Held>,
}

/// The bytes that were verified, and what their signature says: what is read from now on is these, whatever becomes of the file.
struct Held {
    bytes: Arc<Scratch>,
    verified: Verified,
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
                Ok(Source { path: named.to_owned(), share: None, held: None })
            }
            None => Ok(Source { path: named.to_owned(), share: None, held: None }),
        }
    }

    fn shared(context: &Context, token: &str) -> Outcome<Source> {
        let store = ShareStore::at(context.config()?.share_store());
        let mut share = store.open(token.parse::<Token>()?, Timestamp::now())?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(&share.about.file_name);
        let mut file = std::fs::File::create_new(&path)?;
        share.copy_to(&mut file)?;
        Ok(Source { path, share: Some(Shared { share, _folder: folder }), held: None })
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

    /// The same, on whatever thread. What was verified is what its statement says, or it is refused.
    pub(crate) fn decode_with(&self, registry: &Registry) -> Outcome<Decoded> {
        let Some(held) = &self.held else { return read_package(registry, &self.path) };
        let decoded = read_input(registry, &self.path, held.bytes.clone())?;
        if let Stated::Covered(_, statement) = &held.verified.stated {
            trust::compared(&self.path, statement, &decoded)?;
        }
        Ok(decoded)
    }

    /// Verifies that one of these keys signed the package. The signature lies beside it unless another place is named.
    pub(crate) fn verify(&mut self, keys: &[NamedKey], signature: Option<&Path>) -> Outcome<&Verified> {
        if self.share.is_some() {
            let what =
                format!("{} carries no signature: a token says where a package is, not who made it", self.shown());
            let help = "export the package to a file with --sign KEY, and import that";
            return Err(trust::unsignable(&what, help));
        }
        if self.path.is_dir() {
            let what = format!("{} is a folder, and what is signed is a file", self.path.display());
            let help = "import it into an environment that asks for no signature, and export from there with --sign KEY; \
                        or pack it and sign the package with `minisign -Sm`";
            return Err(trust::unsignable(&what, help));
        }
        let file = FileInput::open(&self.path).map_err(|error| Failure::from(error).with_exit(exit::BLOCKED))?;
        let bytes = Scratch::copy_of(&file).map_err(|error| Error::file(&self.path, error))?;
        let verified = trust::verify(keys, &self.path, signature, bytes.as_ref())?;
        Ok(&self.held.insert(Held { bytes, verified }).verified)
    }

    /// Over the bytes of its file; of a folder, over what is in it.
    pub(crate) fn hash(&self, package: &Package) -> Outcome<Hash> {
        match &self.held {
            Some(held) => Ok(held.verified.hash),
            None if self.path.is_dir() => Ok(package.fingerprint()),
            None => Ok(hash_of(&FileInput::open(&self.path)?).map_err(|why| Error::file(&self.path, why))?),
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

#[cfg(test)]
mod tests {
    use flowport_sign::{LockedKey, NewKey, signature_of};

    use super::*;
    use crate::arguments::Global;

    const PACKAGE: &str = r#"{"format":"flowport","formatVersion":"1.0","package":{"name":"Good"},"resources":[]}"#;

    /// Between verifying and reading, somebody writes another file there.
    #[test]
    fn what_is_read_is_what_was_verified() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let new = NewKey::make(None).unwrap();
        new.save(&path("release.key")).unwrap();
        let key = LockedKey::from_file(&path("release.key")).unwrap().open(None).unwrap();
        std::fs::write(path("flowport.toml"), "").unwrap();
        std::fs::write(path("good.json"), PACKAGE).unwrap();
        let signature = key.sign(PACKAGE.as_bytes(), &Default::default()).unwrap();
        std::fs::write(signature_of(&path("good.json")), signature.to_string()).unwrap();

        let config = Some(path("flowport.toml").into());
        let global = Global {
            config,
            json: true,
            actor: None,
            audit: None,
            wait: None,
            plugin: vec![],
            no_builtin: false,
            verbose: 0,
            quiet: true,
        };
        let context = Context::new(global, "import");
        let mut source = Source::of(&context, &path("good.json")).unwrap();
        let keys = [NamedKey { name: None, key: new.public().clone() }];
        source.verify(&keys, None).unwrap();
        std::fs::write(path("good.json"), PACKAGE.replace("Good", "Evil")).unwrap();
        let decoded = source.decode(&context).unwrap();
        assert_eq!(decoded.package.info.name, "Good");
        assert_eq!(source.hash(&decoded.package).unwrap(), Hash::of(PACKAGE.as_bytes()));
        // And whoever verifies it now is told.
        assert_eq!(source.verify(&keys, None).unwrap_err().exit, exit::REFUSED);
    }
}
