/// Makes a [`Handler`](crate::Handler) of several, one for each dialect that a kind is written in.
///
/// ```
/// use flowport_plugin::{Handler, KindInfo};
///
/// struct Plain;
/// impl Handler for Plain {
///     fn kinds() -> Vec<KindInfo> {
///         vec![KindInfo::new("note", "plain")]
///     }
/// }
///
/// struct Rich;
/// impl Handler for Rich {
///     fn kinds() -> Vec<KindInfo> {
///         vec![KindInfo::new("note", "rich")]
///     }
/// }
///
/// flowport_plugin::by_dialect! {
///     /// Knows notes.
///     pub struct Notes {
///         "plain" => Plain,
///         "rich" => Rich,
///     }
/// }
///
/// assert_eq!(Notes::kinds().len(), 2);
/// ```
#[macro_export]
macro_rules! by_dialect {
    ($(#[$about:meta])* $visibility:vis struct $name:ident { $($dialect:expr => $handler:ty),+ $(,)? }) => {
        $(#[$about])*
        $visibility struct $name;

        impl $crate::Handler for $name {
            fn kinds() -> Vec<$crate::KindInfo> {
                [$(<$handler as $crate::Handler>::kinds()),+].concat()
            }

            fn inspect(subject: &dyn $crate::View) -> Result<$crate::Inspection, $crate::Failure> {
                $crate::by_dialect!(@among subject, $($dialect => <$handler as $crate::Handler>::inspect(subject)),+)
            }

            fn secret_values(
                subject: &dyn $crate::View,
                slots: &[String],
            ) -> Result<Vec<$crate::SlotValue>, $crate::Failure> {
                $crate::by_dialect!(
                    @among subject, $($dialect => <$handler as $crate::Handler>::secret_values(subject, slots)),+
                )
            }

            fn edit(
                subject: &dyn $crate::View,
                ops: &[$crate::EditOp],
            ) -> Result<$crate::Edited, $crate::Failure> {
                $crate::by_dialect!(@among subject, $($dialect => <$handler as $crate::Handler>::edit(subject, ops)),+)
            }

            fn prepare(subject: &dyn $crate::View) -> Result<$crate::Edited, $crate::Failure> {
                $crate::by_dialect!(@among subject, $($dialect => <$handler as $crate::Handler>::prepare(subject)),+)
            }

            fn plan(
                incoming: &dyn $crate::View,
                existing: Option<&dyn $crate::View>,
                action: Option<$crate::Action>,
                target: &dyn $crate::Reader,
            ) -> Result<$crate::Change, $crate::Failure> {
                $crate::by_dialect!(
                    @among incoming,
                    $($dialect => <$handler as $crate::Handler>::plan(incoming, existing, action, target)),+
                )
            }
        }
    };
    (@among $subject:expr, $($dialect:expr => $answer:expr),+) => {{
        let dialect = $subject.head().dialect;
        match dialect.as_str() {
            $(found if found == $dialect => $answer,)+
            other => Err($crate::Failure::Unsupported(format!("the dialect {other} is not known here"))),
        }
    }};
}
