using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// A request's service time: so many rounds of a loop, which take longer on a slower CPU as real work does, and no system call. As
/// <see cref="ServiceKind.Cpu"/> it is CPU time of the calling thread instead, however much is done in it; as <see cref="ServiceKind.Wait"/> the thread
/// sleeps.
/// </summary>
internal sealed class ServiceBurn
{
    // About 0.7 µs of dependent multiplications: bounds the overshoot, while the clock (a system call) is read once for them all.
    private const int RoundsBetweenReads = 512;

    private readonly ServiceTime _time;
    private readonly double _meanNs;
    private readonly double _roundsPerNs;
    private readonly Random _random;
    private bool _sleepsExactly;

    /// <param name="time">The setting.</param>
    /// <param name="roundsPerUs">What a microsecond of it is in rounds; null only where it is none, or no work.</param>
    /// <param name="seed">Of the draws; a worker's own number, so that runs repeat and workers differ.</param>
    public ServiceBurn(ServiceTime time, double? roundsPerUs, int seed)
    {
        _time = time;
        _meanNs = time.Mean.Nanoseconds;
        _random = new Random(seed);
        State = (ulong)seed;
        if (time.IsWork)
        {
            _roundsPerNs = (roundsPerUs ?? throw new ArgumentNullException(nameof(roundsPerUs))) / 1e3;
            // Compiled now, and not within the first request.
            State = CpuWork.Do(State, 0);
        }
    }

    /// <summary>Where the loop stands: it tells how many rounds were done.</summary>
    internal ulong State { get; private set; }

    /// <summary>Spends one request's worth; returns at once where none is asked for.</summary>
    public void Request()
    {
        if (_meanNs <= 0)
        {
            return;
        }

        switch (_time.Kind)
        {
            case ServiceKind.Cpu:
                Burn((long)NextNs());
                break;
            case ServiceKind.Wait:
                Sleep((long)NextNs());
                break;
            default:
                State = CpuWork.Do(State, NextRounds());
                break;
        }
    }

    internal double NextNs() => _time.Spread == ServiceSpread.Constant
        ? _meanNs
        : _meanNs * ServiceSpreads.Quantile(_time.Spread, _random.NextDouble());

    internal long NextRounds() => (long)Math.Round(NextNs() * _roundsPerNs);

    private void Sleep(long ns)
    {
        if (!_sleepsExactly)
        {
            // Otherwise the kernel may let each sleep last 50 µs longer, to save wake-ups.
            ThreadInfo.SetTimerSlack(1);
            _sleepsExactly = true;
        }

        MonotonicClock.SleepUntil(MonotonicClock.NowNs() + ns);
    }

    private void Burn(long ns)
    {
        long end = MonotonicClock.ThreadCpuNs() + ns;
        do
        {
            State = CpuWork.Do(State, RoundsBetweenReads);
        }
        while (MonotonicClock.ThreadCpuNs() < end);
    }
}

/// <summary>What a microsecond of service time is, in rounds of the loop: told by a run for all its servers, or found out here.</summary>
public static class ServiceWork
{
    /// <summary>About 50 ms: time enough for a clock to rise.</summary>
    private const int Tries = 150;

    /// <summary>Rounds per microsecond of one CPU; to be asked while it is otherwise idle.</summary>
    /// <param name="cpu">Null takes any that the process may use.</param>
    public static double Calibrate(int? cpu) =>
        (cpu is int pinned ? CpuWork.RoundsPerUs([pinned], Tries)[0] : null) ?? CpuWork.RoundsPerUs(Tries);

    /// <summary>The settings with <see cref="ServerSettings.RoundsPerUs"/>, where they need it.</summary>
    public static ServerSettings Calibrated(ServerSettings settings) => settings.ServiceTime.IsWork && settings.RoundsPerUs is null
        ? settings with { RoundsPerUs = Calibrate(settings.Cpus.IsEmpty ? null : PinningOrder.Of(settings.Cpus.Cpus)[0]) }
        : settings;
}
