namespace ReuseBench.Linux.Tests;

public sealed class LossCounterTests
{
    private const string Conntrack =
        "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new\n"
        + "00000012  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 0000000a 00000000 00000000  00000000\n"
        + "00000012  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002 00000006 00000000 00000000  00000000\n";

    [Fact]
    public void Drops_of_the_tracking_table_are_the_sum_over_its_CPUs_found_by_name()
    {
        Assert.Equal(16, ConntrackCounters.ParseDrops(Conntrack));
        Assert.Null(ConntrackCounters.ParseDrops(Conntrack.Replace(" drop ", " other ", StringComparison.Ordinal)));
        Assert.Null(ConntrackCounters.ParseDrops(""));
    }

    [Fact]
    public void Drops_of_the_receive_queues_are_the_second_column()
    {
        Assert.Equal(0x38 + 1, SoftnetCounters.ParseDrops("020bad45 00000001 0000000b 00000000\n0267b1ee 00000038 00000007 00000000\n"));
        Assert.Null(SoftnetCounters.ParseDrops(""));
        Assert.Null(SoftnetCounters.ParseDrops("020bad45\n"));
    }

    [Fact]
    public void Timeouts_and_drops_of_sockets_are_read_by_name()
    {
        TcpExtCounters counters = TcpExtCounters.Parse("TcpExt: TCPTimeouts TCPBacklogDrop\nTcpExt: 5 7\n");
        Assert.Equal((5L, 7L), (counters.Timeouts, counters.BacklogDrops));
        Assert.NotNull(TcpExtCounters.Read().Timeouts);
        Assert.NotNull(SoftnetCounters.ReadDrops());
    }

    [Fact]
    public void A_connection_that_a_rule_looks_at_is_an_entry_of_its_namespaces_table() => OwnNamespace.RunWithLoopback(() =>
    {
        Assert.SkipWhen(ConntrackCounters.Read().Entries is null, "this kernel has no connection tracking (nf_conntrack)");
        Assert.Equal(0, ConntrackCounters.Read().Entries);
        int outcome = TrackingRule.TryAdd();
        Assert.SkipWhen(outcome < 0, $"no rule of nftables can be added here (errno {-outcome})");

        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        using Descriptor one = Loopback.Connect(address);
        using Descriptor other = Loopback.Connect(address);

        ConntrackCounters counters = ConntrackCounters.Read();
        Assert.Equal(2, counters.Entries);
        Assert.True(counters.Max > 2);
        Assert.Equal(0, counters.Drops);
    });
}
