//! flowport's codec of K2view DPM flow exports.
