//! What handlers and codecs both know of K2view DPM flows.
