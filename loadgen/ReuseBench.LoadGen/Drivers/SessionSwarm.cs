using System.Collections.Concurrent;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>
/// The sessions of a driver that schedules for itself. Each of its iterations calls <see cref="RequestAsync"/>; the first one begins the
/// driver's entry, after which warm-up and window lie as in a native run. What comes after the window counts for the whole life only.
/// </summary>
public sealed class SessionSwarm : IDisposable
{
    private readonly LoadSettings _settings;
    private readonly Target _target;
    private readonly SharedRecorder[] _recorders;
    private readonly ClientSession[] _sessions;
    private readonly ConcurrentStack<ClientSession> _free = new();
    private readonly SemaphoreSlim _vacancies;
    private readonly SessionSockets _sockets;
    private readonly PortDemand _ports;
    private readonly SessionWindow _window;
    private readonly Duration _entry;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _over = new();
    private int _inProgress;

    /// <param name="settings">What to do.</param>
    /// <param name="target">The server.</param>
    /// <param name="signals">Hears how it gets on.</param>
    /// <param name="entry">How long after its first request the driver has all its clients there, but for a ramp; the warm-up begins then.</param>
    /// <param name="stop">Ends the window early.</param>
    /// <exception cref="UsageException">The settings cannot be met here.</exception>
    public SessionSwarm(LoadSettings settings, Target target, ILoadSignals signals, Duration entry, CancellationToken stop)
    {
        // One source for all sessions, so that no two of them get the same tuple.
        _settings = settings with { Threads = 1 };
        _target = target;
        _entry = entry;
        _stop = stop;
        _settings.Validate();
        SourceCatalogue sources = Swarm.Check(_settings, target.Address);
        _ports = new PortDemand(_settings, sources.Tuples, Swarm.HoldSeconds(_settings, target.Address));
        _sockets = new SessionSockets(_settings, target, sources.ForThread(0));
        _recorders = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new SharedRecorder(_settings))];
        RequestBytes request = new(_settings, target.Text);
        _sessions =
        [
            .. Enumerable.Range(0, _settings.Connections)
                .Select(slot => new ClientSession(_settings, target, slot, _sockets, request, _recorders[slot % _recorders.Length])),
        ];
        _free.PushRange([.. _sessions.Reverse()]);
        _vacancies = new SemaphoreSlim(_sessions.Length);
        _window = new SessionWindow(_settings, _recorders, signals, entry, stop);
    }

    /// <summary>Entry, warm-up and window together, from the first request on.</summary>
    public TimeSpan Length => (_entry + _settings.Warmup + _settings.Duration).ToTimeSpan();

    /// <summary>A request in progress ends within this.</summary>
    private TimeSpan Patience => (_settings.ConnectTimeout + _settings.Timeout + _settings.RetryDelay + Duration.FromSeconds(1)).ToTimeSpan();

    /// <summary>One request by a session that is free; where none is, it waits for one, and its latency counts from before.</summary>
    public async ValueTask<Exchange> RequestAsync()
    {
        Interlocked.Increment(ref _inProgress);
        try
        {
            _window.Begin();
            long askedNs = MonotonicClock.NowNs();
            try
            {
                await _vacancies.WaitAsync(_over.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return NeverStarted(askedNs);
            }

            return await BySessionAsync(askedNs).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _inProgress);
        }
    }

    /// <summary>Ends what is still waiting or in progress, and makes the document of the run.</summary>
    /// <param name="driver">Name of the driver, as in the column <c>driver</c>.</param>
    /// <exception cref="InvalidOperationException">A request does not end, so that the counts are not final.</exception>
    public LoadDocument Finish(string driver)
    {
        WindowTimes.Times times = _window.End();
        _over.Cancel();
        if (!SpinWait.SpinUntil(() => Volatile.Read(ref _inProgress) == 0, Patience))
        {
            throw new InvalidOperationException(
                $"{_inProgress} requests of the driver {driver} have not ended {Patience.TotalSeconds:0} s after its end");
        }

        SwarmPart[] parts = [.. _recorders.Select(r => new SwarmPart(r.Recorder, new ThreadMeter(), null, null))];
        LoadDocument document = new SwarmReport(_settings, _target, _ports, parts, times).ToDocument();
        return document with
        {
            Driver = driver,
            Scheduled = _settings.Rate is double rate ? DriverSchedule.Of(document.Scheduled ?? 0, rate, document.DurationS) : null,
            LateShare = null,
            Histograms = new SortedDictionary<string, string>(document.Histograms.Where(phase => IsKnown(phase.Key)).ToDictionary()),
            // Its threads are the runtime's, and which of them did what is not known: the CPU time is the whole process's.
            ClientThreads = 0,
            ClientThreadDetails = [],
            ClientNeverIdleShare = null,
            ClientMeanLoadShare = null,
            Stalls = null,
            StalledMs = null,
            StalledTotalMs = null,
            ClientVoluntarySwitches = null,
            ClientInvoluntarySwitches = null,
            ClientCpuS = _window.CpuS,
            ClientBusyShare = _window.BusyShare,
            Life = document.Life with { DistinctTuples = _sockets.DistinctTuples },
        };
    }

    /// <summary>When a driver's requests were meant to start and its threads came to read, only the driver knows.</summary>
    private static bool IsKnown(string phase) => phase is Phases.Connect or Phases.FirstByte or Phases.Request or Phases.FromSend;

    private async ValueTask<Exchange> BySessionAsync(long askedNs)
    {
        _free.TryPop(out ClientSession? session);
        try
        {
            Exchange exchange = await session!.RequestAsync(askedNs).ConfigureAwait(false);
            if (exchange.Failure is not null || _stop.IsCancellationRequested)
            {
                // A server that is down, or a run that is over, is asked in measure.
                await Task.Delay(_settings.RetryDelay.ToTimeSpan(), CancellationToken.None).ConfigureAwait(false);
            }

            return exchange;
        }
        finally
        {
            _free.Push(session!);
            _vacancies.Release();
        }
    }

    private Exchange NeverStarted(long askedNs)
    {
        if (_settings.Load == LoadShape.Open)
        {
            _sessions[0].Forgo(askedNs);
        }

        return new Exchange(0, 0, FailureCode.NameOf(FailureCode.Timeout));
    }

    public void Dispose()
    {
        _window.Dispose();
        _over.Dispose();
        foreach (ClientSession session in _sessions)
        {
            session.Dispose();
        }

        _vacancies.Dispose();
    }
}

/// <summary>What an open loop's schedule held in the window, where the driver keeps the schedule to itself.</summary>
internal static class DriverSchedule
{
    private const double Sigmas = 3;

    /// <summary>
    /// As many as it asked for; but where those are fewer than the rate makes, and by more than chance does, the driver fell behind its own
    /// schedule, and the rate's number counts. A driver that draws each second's moments at random has rate·φ(1 − φ) of variance at either
    /// end of a window that begins at φ of a second, together rate / 2 at most.
    /// </summary>
    /// <param name="asked">Requests that it asked for in the window.</param>
    /// <param name="ratePerS">That it was told to make.</param>
    /// <param name="windowS">Length of the window, seconds.</param>
    public static long Of(long asked, double ratePerS, double windowS)
    {
        double told = ratePerS * windowS;
        return asked >= told - (Sigmas * Math.Sqrt(ratePerS / 2)) ? asked : (long)Math.Round(told);
    }
}
