using ReuseBench.Bench.Children;
using ReuseBench.Bench.Hosted;
using ReuseBench.Cluster;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.ClusterTests;

/// <summary>How a swarm ends that its coordinator has no use for any more: a real one, in a process of its own.</summary>
public sealed class SwarmEndTests
{
    /// <summary>The moment between its aim and its watch is short: it is met in some of these at the latest.</summary>
    private const int Rounds = 4;

    /// <summary>Much less than the swarm would go on by itself.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public void A_swarm_that_is_ended_right_after_it_was_told_to_begin_does_not_go_on()
    {
        LoadSettings load = new() { Connections = 1, Duration = Duration.FromSeconds(3600) };
        for (int round = 0; round < Rounds; round++)
        {
            SwarmTask task = SwarmTask.Begin(load, new RepeatLog(TextWriter.Null));
            long epochNs = MonotonicClock.NowNs() + (600 * 1_000_000_000L);
            Thread ending = new(() => StartAndEnd(task, epochNs)) { IsBackground = true };
            ending.Start();
            Assert.True(ending.Join(Limit), "the swarm goes on");
            Assert.True(task.Half.IsCanceled);
        }
    }

    private static void StartAndEnd(SwarmTask task, long epochNs)
    {
        task.Start(new StartOrder
        {
            Run = "r",
            Fence = 1,
            Target = "127.0.0.1:9",
            EpochNs = epochNs,
            LaterNs = 0,
            BeginNs = epochNs,
            EndNs = epochNs,
            SilentUntilNs = epochNs,
        });
        task.Dispose();
    }
}
