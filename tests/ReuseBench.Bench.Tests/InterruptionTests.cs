using System.Diagnostics;
using System.Runtime.InteropServices;
using ReuseBench.Bench.Runs;

namespace ReuseBench.Bench.Tests;

public sealed class InterruptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    /// <summary>What a busy host may add.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    [Fact]
    public void Work_that_ends_gives_its_value_before_and_after_a_signal()
    {
        using Interruption interruption = new();
        Assert.Equal("done", interruption.Await(() => "done", TimeSpan.Zero));
        interruption.Stop(new PosixSignalContext(PosixSignal.SIGINT));
        Assert.True(interruption.Token.IsCancellationRequested);
        Assert.Equal("done", interruption.Await(() => "done", Margin));
    }

    [Fact]
    public void Work_that_blocks_is_left_to_itself_soon_after_a_signal()
    {
        using Interruption interruption = new();
        using ManualResetEventSlim ends = new();
        Stopwatch clock = Stopwatch.StartNew();
        using Timer signal = new(_ => interruption.Stop(new PosixSignalContext(PosixSignal.SIGTERM)), null, Limit, Timeout.InfiniteTimeSpan);
        string? given = interruption.Await(
            () =>
            {
                ends.Wait();
                return "too late";
            },
            Limit);
        Assert.Null(given);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit + Limit + Margin);
        ends.Set();
    }

    [Fact]
    public void What_fails_before_a_signal_fails_for_who_waits()
    {
        using Interruption interruption = new();
        Assert.Throws<InvalidOperationException>(() => interruption.Await<string>(() => throw new InvalidOperationException("x"), TimeSpan.Zero));
    }
}
