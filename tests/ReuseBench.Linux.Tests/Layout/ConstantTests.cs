using System.Globalization;
using System.Reflection;

namespace ReuseBench.Linux.Tests;

public sealed class ConstantTests(HeaderProbe probe) : IClassFixture<HeaderProbe>
{
    /// <summary>Our names that differ from the header's, because C# or taste forbids the leading underscore.</summary>
    private static readonly Dictionary<string, string> HeaderNames = new() { ["SC_CLK_TCK"] = "_SC_CLK_TCK" };

    /// <summary>Everything here that is one number, however it came about; the same on x64 and arm64.</summary>
    internal static IReadOnlyList<(string Expression, long Value)> All() =>
    [
        .. NamedConstants(typeof(LibC)), .. Netlink(), .. NamedConstants(typeof(ErrnoCode)), .. ErrorNames(),
        .. Options().Select(option => (option.Text, (long)option.Name)), .. Polling(), .. Signals(), .. Opcodes(), .. States(),
    ];

    [Fact]
    public void Every_constant_of_the_C_library_has_the_value_of_the_header() => Hold(NamedConstants(typeof(LibC)));

    [Fact]
    public void Every_netlink_constant_has_the_value_of_the_header() => Hold(Netlink());

    [Fact]
    public void Every_error_number_that_has_a_constant_has_the_value_of_the_header() => Hold(NamedConstants(typeof(ErrnoCode)));

    [Fact]
    public void Every_error_name_stands_at_the_number_of_the_header() => Hold(ErrorNames());

    [Fact]
    public void Every_socket_option_has_the_number_of_the_header() =>
        Hold([.. Options().Select(option => (option.Text, (long)option.Name))]);

    [Fact]
    public void Every_socket_option_is_at_the_level_that_its_name_says() => Hold(
    [
        .. Options().Select(option => (option.Text.Split('_')[0] switch
        {
            "SO" => "SOL_SOCKET",
            "TCP" => "IPPROTO_TCP",
            "IP" => "IPPROTO_IP",
            "IPV6" => "IPPROTO_IPV6",
            _ => option.Text,
        }, (long)option.Level)).Distinct(),
    ]);

    [Fact]
    public void Epoll_flags_have_the_values_of_the_header() => Hold(Polling());

    [Fact]
    public void Signals_have_the_values_of_the_header() => Hold(Signals());

    [Fact]
    public void Classic_BPF_opcodes_are_composed_as_the_header_says() => Hold(Opcodes());

    [Fact]
    public void Tcp_states_have_the_values_of_the_header() => Hold(States());

    private static IReadOnlyList<(string Expression, long Value)> Netlink() =>
    [
        .. NamedConstants(typeof(NetlinkMessage)),
        .. NamedConstants(typeof(RouteNetlink)),
        .. NamedConstants(typeof(NetlinkMessage.InterfaceInfo)),
        .. NamedConstants(typeof(NetlinkMessage.AddressInfo)),
    ];

    private static IReadOnlyList<(string Expression, long Value)> Polling() =>
    [
        ("EPOLLIN", (long)EpollEvents.In),
        ("EPOLLOUT", (long)EpollEvents.Out),
        ("EPOLLERR", (long)EpollEvents.Err),
        ("EPOLLHUP", (long)EpollEvents.Hup),
        ("EPOLLRDHUP", (long)EpollEvents.RdHup),
        ("EPOLLEXCLUSIVE", (long)EpollEvents.Exclusive),
        ("EPOLLONESHOT", (long)EpollEvents.OneShot),
        ("(unsigned)EPOLLET", (long)EpollEvents.EdgeTriggered),
    ];

    private static IReadOnlyList<(string Expression, long Value)> Signals() =>
    [
        ("SIGINT", (long)Signal.Interrupt),
        ("SIGQUIT", (long)Signal.Quit),
        ("SIGKILL", (long)Signal.Kill),
        ("SIGUSR1", (long)Signal.User1),
        ("SIGUSR2", (long)Signal.User2),
        ("SIGPIPE", (long)Signal.Pipe),
        ("SIGTERM", (long)Signal.Terminate),
        ("SIGCHLD", (long)Signal.Child),
        ("SIGCONT", (long)Signal.Continue),
        ("SIGSTOP", (long)Signal.Stop),
        ("SIGWINCH", (long)Signal.WindowChange),
    ];

    private static IReadOnlyList<(string Expression, long Value)> Opcodes() =>
    [
        ("BPF_LD | BPF_W | BPF_ABS", CbpfOpcode.LoadWordAbsolute),
        ("BPF_ALU | BPF_ADD | BPF_K", CbpfOpcode.AddConstant),
        ("BPF_ALU | BPF_MOD | BPF_K", CbpfOpcode.ModuloConstant),
        ("BPF_JMP | BPF_JEQ | BPF_K", CbpfOpcode.JumpIfEqual),
        ("BPF_RET | BPF_A", CbpfOpcode.ReturnAccumulator),
        ("BPF_RET | BPF_K", CbpfOpcode.ReturnConstant),
        ("(unsigned)(SKF_AD_OFF + SKF_AD_PROTOCOL)", CbpfAncillary.Protocol),
        ("(unsigned)(SKF_AD_OFF + SKF_AD_CPU)", CbpfAncillary.Cpu),
        ("(unsigned)(SKF_AD_OFF + SKF_AD_RANDOM)", CbpfAncillary.Random),
    ];

    private static IReadOnlyList<(string Expression, long Value)> States() =>
    [
        ("TCP_ESTABLISHED", (long)TcpState.Established),
        ("TCP_SYN_SENT", (long)TcpState.SynSent),
        ("TCP_SYN_RECV", (long)TcpState.SynReceived),
        ("TCP_FIN_WAIT1", (long)TcpState.FinWait1),
        ("TCP_FIN_WAIT2", (long)TcpState.FinWait2),
        ("TCP_TIME_WAIT", (long)TcpState.TimeWait),
        ("TCP_CLOSE", (long)TcpState.Close),
        ("TCP_CLOSE_WAIT", (long)TcpState.CloseWait),
        ("TCP_LAST_ACK", (long)TcpState.LastAck),
        ("TCP_LISTEN", (long)TcpState.Listen),
        ("TCP_CLOSING", (long)TcpState.Closing),
    ];

    private static IReadOnlyList<(string Expression, long Value)> ErrorNames() =>
        [.. ErrnoNames.ByNumber.Index().Where(entry => entry.Item.Length > 0).Select(entry => (entry.Item, (long)entry.Index))];

    private static IEnumerable<SocketOption> Options() => typeof(SocketOption)
        .GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Select(property => (SocketOption)property.GetValue(null)!);

    /// <summary>The constants whose names are spelled as in C; the others (lengths, alignments) are not of a header.</summary>
    private static IReadOnlyList<(string Expression, long Value)> NamedConstants(Type type) =>
    [
        .. type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral && field.FieldType != typeof(string))
            .Where(field => !field.Name.Any(char.IsLower) || field.Name.Contains('_'))
            .Select(field => (
                HeaderNames.GetValueOrDefault(field.Name, field.Name),
                Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture))),
    ];

    private void Hold(IReadOnlyList<(string Expression, long Value)> ours)
    {
        Assert.NotEmpty(ours);
        IReadOnlyDictionary<string, long> theirs = probe.Evaluate([.. ours.Select(entry => entry.Expression).Distinct()]);
        Assert.All(ours, entry => Assert.True(
            theirs[entry.Expression] == entry.Value, $"{entry.Expression} is {theirs[entry.Expression]}, not {entry.Value}"));
    }
}
