using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Tests.Fairness;

public sealed class AcceptProbeRowsTests
{
    private static readonly KernelCounts Overflowed = new(PassiveOpens: 100, ResetsSent: 0, Retransmits: 0, SynRetransmits: 0, ListenOverflows: 7,
        ListenDrops: 7, MigrateSuccess: 0, MigrateFailure: 0);

    [Fact]
    public void Another_programs_overflow_is_the_hosts_and_not_this_listeners()
    {
        ResultRow row = Row(isolated: false, accepted: [60, 40]);
        Assert.True(row.CountsAgree);
        Assert.Contains("host-queue-overflow", row.Verdict.Codes, StringComparison.Ordinal);
        Assert.DoesNotContain("listen-queue-overflow", row.Verdict.Codes, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_programs_overflow_excuses_no_difference()
    {
        ResultRow row = Row(isolated: false, accepted: [60, 39]);
        Assert.False(row.CountsAgree);
        Assert.NotNull(row.Failure);
    }

    [Fact]
    public void Where_the_own_queue_overflowed_counts_differ_by_nature()
    {
        ResultRow row = Row(isolated: true, accepted: [60, 39]);
        Assert.Null(row.CountsAgree);
        Assert.Contains("listen-queue-overflow", row.Verdict.Codes, StringComparison.Ordinal);
    }

    private static ResultRow Row(bool isolated, long[] accepted) => AcceptProbeRows.Result(
        new AcceptProbeRun("test", AcceptProbes.Cell(Experiment.Fairness, 2), 1, 1, isolated, DateTime.UnixEpoch), opened: 100, accepted, seconds: 1,
            Overflowed, addressErrors: 0);
}
