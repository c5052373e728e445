using System.Collections.Immutable;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Running;

namespace ReuseBench.Micro.Running;

/// <summary>
/// Another order in each round, the first as declared: the kernel's slabs and the machine's clock are not the same for the first case of a
/// class as for those after it, and a fixed order would make a property of the case out of that.
/// </summary>
/// <param name="round">From 1; the same round has the same order in every run.</param>
internal sealed class RoundOrderer(int round) : DefaultOrderer
{
    public override IEnumerable<BenchmarkCase> GetExecutionOrder(
        ImmutableArray<BenchmarkCase> benchmarkCases, IEnumerable<BenchmarkLogicalGroupRule>? order = null)
    {
        BenchmarkCase[] cases = [.. base.GetExecutionOrder(benchmarkCases, order)];
        if (round > 1)
        {
            new Random(round).Shuffle(cases);
        }

        return cases;
    }
}
