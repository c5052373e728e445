using System.Collections.Concurrent;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>
/// The sessions of a driver that schedules for itself. Each of its iterations calls <see cref="RequestAsync"/>; the first one begins the
/// warm-up, and the window lies where it would lie in a native run. What comes after the window counts for the whole life only.
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
    private readonly SessionWindow _window;
    private readonly CancellationToken _stop;

    /// <param name="settings">What to do.</param>
    /// <param name="target">The server.</param>
    /// <param name="signals">Hears how it gets on.</param>
    /// <param name="stop">Ends the window early.</param>
    /// <exception cref="UsageException">The settings cannot be met here.</exception>
    public SessionSwarm(LoadSettings settings, Target target, ILoadSignals signals, CancellationToken stop)
    {
        // One source for all sessions, so that no two of them get the same tuple.
        _settings = settings with { Threads = 1 };
        _target = target;
        _stop = stop;
        _settings.Validate();
        SourceCatalogue sources = Swarm.Check(_settings, target.Address);
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
        _window = new SessionWindow(_settings, _recorders, signals, stop);
    }

    /// <summary>Warm-up and window together.</summary>
    public TimeSpan Length => (_settings.Warmup + _settings.Duration).ToTimeSpan();

    /// <summary>One request by a session that is free; where none is, it waits for one.</summary>
    public async ValueTask<Exchange> RequestAsync()
    {
        _window.Begin();
        await _vacancies.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _free.TryPop(out ClientSession? session);
        try
        {
            Exchange exchange = await session!.RequestAsync().ConfigureAwait(false);
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

    /// <summary>The document of the run. No request may be under way any more.</summary>
    /// <param name="driver">Name of the driver, as in the column <c>driver</c>.</param>
    public LoadDocument Finish(string driver)
    {
        WindowTimes.Times times = _window.End();
        SwarmPart[] parts = [.. _recorders.Select(r => new SwarmPart(r.Recorder, new ThreadMeter(), null, null))];
        LoadDocument document = new SwarmReport(_settings, _target, parts, times).ToDocument();
        return document with
        {
            Driver = driver,
            // Its threads are the runtime's, and which of them did what is not known: the CPU time is the whole process's.
            ClientThreads = 0,
            ClientThreadDetails = [],
            ClientNeverIdleShare = null,
            ClientVoluntarySwitches = null,
            ClientInvoluntarySwitches = null,
            ClientCpuS = _window.CpuS,
            ClientBusyShare = _window.BusyShare,
            Life = document.Life with { DistinctTuples = _sockets.DistinctTuples },
        };
    }

    public void Dispose()
    {
        _window.Dispose();
        foreach (ClientSession session in _sessions)
        {
            session.Dispose();
        }

        _vacancies.Dispose();
    }
}
