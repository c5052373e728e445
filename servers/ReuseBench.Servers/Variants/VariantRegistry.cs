using ReuseBench.Core.Cells;

namespace ReuseBench.Servers.Variants;

/// <summary>The variants there are: one more is one file and one line here.</summary>
internal static class VariantRegistry
{
    private static readonly Dictionary<Variant, Func<VariantContext, IListenerVariant>> Makers = new()
    {
        [Variant.Single] = context => new SingleVariant(context),
        [Variant.Shared] = context => context.Settings.Accept == AcceptMode.Blocking ? new SharedBlockingVariant(context) : new SharedVariant(context),
        [Variant.Reuseport] = context => new ReuseportVariant(context),
        [Variant.Restart] = context => new RestartVariant(context),
    };

    public static IListenerVariant Create(VariantContext context) => Makers[context.Settings.Variant](context);
}
