//! What handlers and codecs both know of Backendless FlowRunner exports.
