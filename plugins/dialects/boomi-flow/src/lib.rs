//! What handlers and codecs both know of Boomi Flow packages.
