//! The differ over models of our own making.
