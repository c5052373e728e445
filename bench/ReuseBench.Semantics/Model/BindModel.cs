using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Model;

/// <summary>
/// May a socket have a port that another one holds? Written from the documented rules, not from the kernel's code paths, so
/// that a difference tells something.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
/// <seealso href="https://github.com/torvalds/linux/commit/da5e36308d9f7151845018369148201a5d28b46d"/>
/// <seealso href="https://github.com/torvalds/linux/commit/ba418fa357a7b3c9d477f4706c6c7c96ddbd1360"/>
public static class BindModel
{
    /// <summary>The rule for a TCP socket that binds, or starts to listen, beside <paramref name="holder"/>.</summary>
    public static BindRule Tcp(PortHolder holder, BindAddress address, ReuseOptions options, SecondUser user, DeviceBinding device)
    {
        if (Apart(holder, address, device) is { } apart)
        {
            return apart;
        }

        ReuseOptions common = holder.Options & options;
        if (common.HasFlag(ReuseOptions.Reuseaddr) && holder.Kind != HolderKind.Listens)
        {
            return BindRule.ReuseaddrWithoutListener;
        }

        if (common.HasFlag(ReuseOptions.Reuseport))
        {
            return SharedPort(user, holder.Kind);
        }

        return common == ReuseOptions.None ? BindRule.OptionMissing : BindRule.ReuseaddrWithListener;
    }

    /// <summary>The rule for a UDP socket that binds beside <paramref name="holder"/>.</summary>
    public static BindRule Udp(PortHolder holder, BindAddress address, ReuseOptions options, SecondUser user, DeviceBinding device)
    {
        if (Apart(holder, address, device) is { } apart)
        {
            return apart;
        }

        ReuseOptions common = holder.Options & options;
        if (common.HasFlag(ReuseOptions.Reuseaddr))
        {
            return BindRule.ReuseaddrDatagrams;
        }

        return common.HasFlag(ReuseOptions.Reuseport) ? SharedPort(user, holder.Kind) : BindRule.OptionMissing;
    }

    private static BindRule? Apart(PortHolder holder, BindAddress address, DeviceBinding device)
    {
        if (device == DeviceBinding.Other)
        {
            return BindRule.DevicesDiffer;
        }

        return Reach.Overlap(holder.Address, address) ? null : BindRule.AddressesDiffer;
    }

    private static BindRule SharedPort(SecondUser user, HolderKind kind)
    {
        if (user == SecondUser.Same)
        {
            return BindRule.ReuseportSameUser;
        }

        return kind == HolderKind.TimeWait ? BindRule.ReuseportOverTimeWait : BindRule.ReuseportOtherUser;
    }
}
