using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// The speed of the CPUs just before a window and just after it, by a few milliseconds of fixed work on each. Nothing else tells of a clock that was
/// lowered for heat or power, or of a neighbour on the other thread of a core of which this machine sees one. Never within the window, which it
/// would disturb.
/// </summary>
internal sealed class Canary
{
    /// <summary>On each CPU: 2 to 3 ms.</summary>
    private const int Tries = 8;

    private readonly IReadOnlyList<IReadOnlyList<int>> _waves;
    private readonly Dictionary<int, (double Least, double Most)> _byCpu = [];
    private double? _slowest;

    /// <param name="occupied">The CPUs that the cell's threads run on.</param>
    public Canary(CpuList occupied) => _waves = PinningOrder.Waves(occupied.Cpus);

    /// <summary>Rounds of work per microsecond: of the CPU and the time that had fewest, each by its fastest try. Null where none could be had.</summary>
    public double? RoundsPerUs => _slowest;

    /// <summary>The least that a CPU had of its own best, over 0 to 1; null where none could be had. 1 after a single taking.</summary>
    public double? LeastOfBest => _byCpu.Values.Min(c => (double?)(c.Least / c.Most));

    /// <summary>
    /// Takes the speed of each CPU, while neither server nor swarm runs. All cores at once, as in the window: fewer that are busy have a higher clock.
    /// Threads of one core take turns, since how much one slows the other depends on how well they meet.
    /// </summary>
    public void Take()
    {
        foreach (IReadOnlyList<int> wave in _waves)
        {
            foreach ((int cpu, double? taken) in wave.Zip(CpuWork.RoundsPerUs(wave, Tries)))
            {
                if (taken is double rate)
                {
                    _slowest = _slowest < rate ? _slowest : rate;
                    (double least, double most) = _byCpu.GetValueOrDefault(cpu, (rate, rate));
                    _byCpu[cpu] = (Math.Min(least, rate), Math.Max(most, rate));
                }
            }
        }
    }
}
