using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Tests.Sources;

public sealed class TupleCapacityTests
{
    [Theory]
    [InlineData(ConnectionClose.Rst, false, 0)] // A reset leaves nothing behind.
    [InlineData(ConnectionClose.Server, false, 0)] // The server holds the TIME_WAIT.
    [InlineData(ConnectionClose.Fin, false, 60)]
    [InlineData(ConnectionClose.Fin, true, 1)]
    public void Only_a_close_by_the_client_holds_a_tuple(ConnectionClose close, bool reused, double seconds) =>
        Assert.Equal(seconds, TupleCapacity.HoldSeconds(close, reused));

    [Theory]
    [InlineData("connect", 1000.0, 60_100, true)] // 1000/s × 60 s + 100 open.
    [InlineData("connect", 1000.0, 60_099, false)]
    [InlineData("churn:10", 1000.0, 6_100, true)] // A connection carries ten requests.
    [InlineData("churn:10", 1000.0, 6_099, false)]
    [InlineData("keepalive", 100_000.0, 100, true)] // Persistent connections need one tuple each.
    [InlineData("connect", null, 100, true)] // The rate of a closed loop is not known beforehand.
    [InlineData("connect", null, 99, false)] // But each connection needs a tuple.
    public void Tuples_over_hold_time_must_carry_the_rate(string workload, double? rate, long tuples, bool carries)
    {
        LoadSettings settings = new()
        {
            Workload = Workload.Parse(workload, "workload"),
            Rate = rate,
            Connections = 100,
            Close = ConnectionClose.Fin,
        };

        Exception? refusal = Record.Exception(() => TupleCapacity.Check(settings, tuples, ports: 1000, holdSeconds: 60));
        Assert.Equal(carries, refusal is null);
        Assert.True(refusal is null or UsageException);
    }

    [Fact]
    public void The_refusal_names_the_rate_and_the_addresses_that_would_do()
    {
        LoadSettings settings = new() { Workload = Workload.Connect, Rate = 1000, Connections = 100, Close = ConnectionClose.Fin };

        UsageException refusal = Assert.Throws<UsageException>(() => TupleCapacity.Check(settings, 28_232, 28_232, 60));

        Assert.Contains("at most 468 connections/s, not 1000", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("3 source addresses", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
