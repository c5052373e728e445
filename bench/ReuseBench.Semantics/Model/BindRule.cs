using ReuseBench.Linux;

namespace ReuseBench.Semantics.Model;

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
