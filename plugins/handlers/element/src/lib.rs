//! Handler of the elements that flows of Boomi Flow share: types, values, pages, groups, macros, navigations, tags,
//! identity providers and custom page components, all in dialect `boomi-flow`. Flows and connectors have handlers of
//! their own.

pub use flowport_boomi_flow::Elements;

flowport_plugin::register!(handler: Elements);
