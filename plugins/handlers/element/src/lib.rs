//! flowport's handler of the elements that Boomi flows share.
