using ReuseBench.Linux;
using ReuseBench.Micro.Benchmarks;

namespace ReuseBench.MicroTests;

/// <summary>
/// Every iteration must find the kernel as the one before it did: each benchmark is run twice in a namespace of its own and the sockets left are
/// counted.
/// </summary>
public sealed class KernelStateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> AcceptPaths =>
    [
        nameof(AcceptAndClose.SingleAwake), nameof(AcceptAndClose.SingleAsleep), nameof(AcceptAndClose.SharedBlocking),
        nameof(AcceptAndClose.SharedEpoll), nameof(AcceptAndClose.SharedEpollExclusive), nameof(AcceptAndClose.Reuseport),
        nameof(AcceptAndClose.ReuseportInBatches),
    ];

    [Theory]
    [MemberData(nameof(AcceptPaths))]
    public void Accept_and_close_leave_the_listeners_and_nothing_else(string path) => OnThread(() =>
    {
        using AcceptAndClose benchmark = new();
        benchmark.Listen();
        RequireOwnNamespace();
        for (int iteration = 0; iteration < 2; iteration++)
        {
            Queue(benchmark, path)();
            typeof(AcceptAndClose).GetMethod(path)!.Invoke(benchmark, null);
            benchmark.ResetClients();
            Assert.All(Sockets(), state => Assert.Equal(TcpState.Listen, state));
            Assert.Equal(3, Sockets().Count);
        }
    });

    [Theory]
    [InlineData("ephemeral", "any")]
    [InlineData("ephemeral", "127.0.0.2-127.0.0.33")]
    [InlineData("sequential", "any")]
    [InlineData("random", "127.0.0.2-127.0.0.33")]
    [InlineData("fixed", "127.0.0.2-127.0.0.33")]
    public void A_connect_leaves_no_port_in_use(string plan, string sources) => OnThread(() =>
    {
        ClientConnect benchmark = new() { SourcePlan = plan, Sources = sources };
        benchmark.Listen();
        RequireOwnNamespace();
        for (int iteration = 0; iteration < 2; iteration++)
        {
            benchmark.Connect();
            benchmark.ResetAll();
            Assert.Equal([TcpState.Listen], Sockets());
        }

        benchmark.StopListening();
    });

    [Theory]
    [InlineData(1)]
    [InlineData(128)]
    public void Who_joins_a_group_leaves_it_again(int members) => OnThread(() =>
    {
        using GroupJoin benchmark = new() { Members = members };
        benchmark.BuildGroup();
        RequireOwnNamespace();
        for (int iteration = 0; iteration < 2; iteration++)
        {
            benchmark.JoinAndLeave();
            Assert.Equal(members, Sockets().Count);
        }
    });

    [Theory]
    [InlineData(nameof(SelectorAttach.AttachEbpfRoundRobin))]
    [InlineData(nameof(SelectorAttach.AttachEbpfWeight))]
    public void A_selector_in_ebpf_is_attached_again_and_again_to_the_group_as_it_is(string which) => OnThread(() =>
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs the right to load a program (CAP_BPF)");
        using SelectorAttach benchmark = new() { Members = 16 };
        bool turns = which == nameof(SelectorAttach.AttachEbpfRoundRobin);
        Action load = turns ? benchmark.LoadTurns : benchmark.LoadWeight;
        Action attach = turns ? benchmark.AttachEbpfRoundRobin : benchmark.AttachEbpfWeight;
        load();
        for (int iteration = 0; iteration < 2; iteration++)
        {
            attach();
            Assert.Equal(16, Sockets().Count);
        }
    });

    [Theory]
    [InlineData(OptionSet.None)]
    [InlineData(OptionSet.Both)]
    public void A_listener_that_was_closed_is_gone(OptionSet options) => OnThread(() =>
    {
        ListenerLifecycle benchmark = new() { Options = options };
        benchmark.EnterNetwork();
        RequireOwnNamespace();
        benchmark.OpenAndClose();
        benchmark.OpenAndClose();
        Assert.Empty(Sockets());
    });

    private static Action Queue(AcceptAndClose benchmark, string path) => path switch
    {
        nameof(AcceptAndClose.SharedEpoll) or nameof(AcceptAndClose.SharedEpollExclusive) => benchmark.QueueOnNonBlocking,
        nameof(AcceptAndClose.Reuseport) or nameof(AcceptAndClose.ReuseportInBatches) => benchmark.QueueOnMember,
        _ => benchmark.QueueOnBlocking,
    };

    private static List<TcpState> Sockets() => [.. TcpTable.Read().Rows.Select(row => row.State)];

    private static void RequireOwnNamespace() =>
        Assert.SkipUnless(Environment.UserName == "root", "needs the right to make a network namespace, where nobody else has sockets");

    /// <summary>The thread takes its namespace with it when it ends.</summary>
    private static void OnThread(Action test)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(test)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Limit), "the benchmark hangs");
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
