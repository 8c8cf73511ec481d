//! flowport's codec of Backendless FlowRunner exports.
