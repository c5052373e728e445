using ReuseBench.Linux;
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

/// <summary>The rule that decides whether a second socket may have the port.</summary>
/// <param name="Allows">Whether bind(2) or listen(2) succeeds; else EADDRINUSE.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Source">Where it is documented.</param>
public sealed record BindRule(bool Allows, string Why, string Source)
{
    private const string Socket7 = "socket(7)";
    private const string Ipv67 = "ipv6(7)";
    private const string ReuseportCommit = "Linux 3.9, 'soreuseport: TCP/IPv4 implementation' and its UDP counterpart";

    public static BindRule DevicesDiffer { get; } = new(
        true, "Each socket is bound to a device of its own, and sockets on different devices never conflict.", Socket7 + ", SO_BINDTODEVICE");

    public static BindRule AddressesDiffer { get; } = new(
        true, "No destination leads to both sockets: their addresses do not overlap.", Ipv67);

    public static BindRule ReuseaddrWithoutListener { get; } = new(
        true, "Both sockets have SO_REUSEADDR and what the first has left is not listening.", Socket7 + ", SO_REUSEADDR");

    public static BindRule ReuseaddrDatagrams { get; } = new(
        true, "Both UDP sockets have SO_REUSEADDR: UDP has no listener to protect, and the owner is not looked at.", Socket7 + ", SO_REUSEADDR");

    public static BindRule ReuseportSameUser { get; } = new(
        true, "Both sockets have SO_REUSEPORT and the same owner: they may share the port, listening or not.", ReuseportCommit);

    public static BindRule ReuseportOverTimeWait { get; } = new(
        true, "Both have SO_REUSEPORT, and a socket in TIME_WAIT has no owner any more that could object.", ReuseportCommit);

    public static BindRule ReuseportOtherUser { get; } = new(
        false, "Both sockets have SO_REUSEPORT, but not the same owner: nobody may join a port of another user's.", ReuseportCommit);

    public static BindRule ReuseaddrWithListener { get; } = new(
        false, "Both sockets have SO_REUSEADDR, but the other one listens, which on Linux rules the option out.", Socket7 + ", SO_REUSEADDR");

    public static BindRule OptionMissing { get; } = new(
        false, "The addresses overlap and there is no option that both sockets have set: each option counts only when both have it.", Socket7);

    /// <summary>0, or −EADDRINUSE.</summary>
    public int ExpectedResult => Allows ? 0 : -ErrnoCode.EADDRINUSE;
}
