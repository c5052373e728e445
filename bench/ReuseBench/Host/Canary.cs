using ReuseBench.Core.Statistics;
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

    /// <summary>More CPUs are not tried one by one, which would take a tenth of a second and more: then the speed of all at once counts.</summary>
    private const int MostAlone = 16;

    private readonly IReadOnlyList<IReadOnlyList<int>> _waves;
    private readonly int[] _alone;
    private readonly Dictionary<int, List<WorkSpeed>> _byCpu = [];

    /// <param name="occupied">The CPUs that the cell's threads run on.</param>
    public Canary(CpuList occupied)
    {
        _waves = PinningOrder.Waves(occupied.Cpus);
        _alone = _waves.Any(wave => wave.Count > 1) && occupied.Count <= MostAlone ? [.. occupied.Cpus] : [];
    }

    /// <summary>
    /// Of the CPU that had least, each by the better of its takings. A lowered clock is low before and after; a neighbour on the same core comes and
    /// goes within milliseconds, and that it was there at one of two moments says little of the window between them: on a shared host such windows
    /// had 1 to 6 % less throughput where the worse moment had 30 % less speed. Null where it could not be had.
    /// </summary>
    public WorkSpeed? Slowest => _byCpu.Count == 0 ? null : _byCpu.Values.Select(Best).Aggregate((a, b) => a.Min(b));

    /// <summary>The least that a CPU had of its own best, over 0 to 1; null where it could not be had. 1 after a single taking.</summary>
    /// <param name="othersBusy">As <see cref="WorkSpeed.At"/> has it.</param>
    public double? LeastOfBest(double othersBusy) =>
        _byCpu.Values.Min(taken => (double?)(taken.Min(s => s.At(othersBusy)) / Best(taken).At(othersBusy)));

    private static WorkSpeed Best(List<WorkSpeed> taken) => taken.Aggregate((a, b) => a.Max(b));

    /// <summary>
    /// Takes the speed of each CPU, while neither server nor swarm runs. First one by one, then all cores at once: how busy the others were in the
    /// window says which of the two counts. Threads of one core take turns, since how much one slows the other depends on how well they meet.
    /// </summary>
    public void Take()
    {
        Dictionary<int, double> alone = [];
        foreach (int cpu in _alone)
        {
            if (CpuWork.RoundsPerUs([cpu], Tries)[0] is double rate)
            {
                alone[cpu] = rate;
            }
        }

        foreach (IReadOnlyList<int> wave in _waves)
        {
            foreach ((int cpu, double? taken) in wave.Zip(CpuWork.RoundsPerUs(wave, Tries)))
            {
                if (taken is double together)
                {
                    // One that was faster in company had a bad moment alone.
                    WorkSpeed speed = new(Math.Max(together, alone.GetValueOrDefault(cpu)), together);
                    _byCpu[cpu] = [.. _byCpu.GetValueOrDefault(cpu, []), speed];
                }
            }
        }
    }
}
