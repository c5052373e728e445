using System.Runtime.ExceptionServices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen;

/// <summary>Leads the client threads through one run: ready, begin, end, drained. Runs on a thread that sleeps nearly all the time.</summary>
internal sealed class SwarmRun(
    LoadSettings settings, Target target, LoadThread[] threads, WindowTimes times, ILoadSignals signals, SwarmStart start = default) : IDisposable
{
    private const long ProgressNs = 1_000_000_000;
    private const long NsPerMs = 1_000_000;

    /// <summary>Between telling the times and the first arrival: enough for every thread to have heard.</summary>
    private const long LeadNs = 2 * NsPerMs;

    /// <summary>The first connections may take this long before the start goes on without them.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly CountdownEvent _ready = new(threads.Length);
    private readonly CountdownEvent _finished = new(threads.Length);
    private ExceptionDispatchInfo? _failure;
    private long _lastProgressNs;
    private long _lastAnswers;
    private long _lastCountedNs;

    /// <returns>The window as it was.</returns>
    public WindowTimes.Times ToEnd(CancellationToken stop)
    {
        Thread[] running = [.. threads.Select(Start)];
        try
        {
            AwaitReady(stop);
            WindowTimes.Times window = Lead(stop);
            _failure?.Throw();
            return window;
        }
        finally
        {
            // On every way out no thread stays behind.
            PublishEnd(MonotonicClock.NowNs());
            foreach (Thread thread in running)
            {
                thread.Join();
            }
        }
    }

    public void Dispose()
    {
        _ready.Dispose();
        _finished.Dispose();
    }

    private Thread Start(LoadThread client)
    {
        Thread thread = new(() => RunClient(client)) { IsBackground = true, Name = "client" };
        thread.Start();
        return thread;
    }

    private void RunClient(LoadThread client)
    {
        bool wasReady = false;
        void Ready()
        {
            wasReady = true;
            _ready.Signal();
        }

        try
        {
            client.Run(Ready);
        }
#pragma warning disable CA1031 // Whatever it is, it ends the run and is thrown again by the thread that leads it.
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
#pragma warning restore CA1031
        finally
        {
            if (!wasReady)
            {
                _ready.Signal();
            }

            _finished.Signal();
        }
    }

    private void AwaitReady(CancellationToken stop)
    {
        try
        {
            _ready.Wait(ReadyLimit, stop);
        }
        catch (OperationCanceledException)
        {
            // The window ends before it began.
        }

        _failure?.Throw();
        if (settings.ProbeTarget && Refusal() is int code and not 0)
        {
            throw UsageException.OfHost(
                $"target: {target.Text} ({target.Address}) does not take connections: {FailureCode.NameOf(code)}; "
                + "start the server first, or name the address and port it listens on");
        }

        if (settings.ProbeTarget)
        {
            RefuseOtherProtocols();
        }
    }

    /// <summary>
    /// A server that has answered no request well yet, and speaks something else, will not come round: the user named the wrong port.
    /// </summary>
    private void RefuseOtherProtocols()
    {
        ThreadRecorder[] recorders = [.. threads.Select(t => t.Recorder)];
        long answers = recorders.Sum(r => Volatile.Read(ref r.Life.Answers) - Volatile.Read(ref r.Life.HttpErrors));
        if (answers > 0 || recorders.All(r => r.Life.Errors == 0))
        {
            return;
        }

        long CountOf(int code) => recorders.Sum(r => r.Failures.CountOf(code));
        int other = Enumerable.Range(0, FailureCode.Count).FirstOrDefault(code => FailureCode.IsOtherProtocol(code) && CountOf(code) > 0);
        if (other != 0)
        {
            throw new UsageException(
                $"target: {target.Text} does not respond as a web server ({FailureCode.NameOf(other)}); name a port that speaks plain HTTP/1.1");
        }

        // A TLS server that is spoken to in plain text mostly closes without a word, and some answer 400 in plain text.
        bool isSilent = CountOf(FailureCode.Closed) + CountOf(ErrnoCode.ECONNRESET) + CountOf(ErrnoCode.EPIPE) > 0;
        if ((isSilent || recorders.Any(r => r.Life.HttpErrors > 0)) && TlsProbe.Speaks(target.Address))
        {
            throw new UsageException($"target: {target.Text} speaks TLS, which load does not; name a port that speaks plain HTTP/1.1");
        }
    }

    /// <summary>Why connects failed, when all did; 0 when one was established.</summary>
    private int Refusal() =>
        threads.Any(t => Volatile.Read(ref t.Recorder.Life.ConnectionsOpened) > 0)
            ? 0
            : threads.Select(t => t.LastConnectFailure).FirstOrDefault(code => code != 0);

    private WindowTimes.Times Lead(CancellationToken stop)
    {
        long epochNs = Epoch();
        _lastProgressNs = epochNs;
        _lastCountedNs = epochNs;
        long beginNs = BeginOfWindow(epochNs, stop);
        Publish(TimesOf(epochNs, beginNs, beginNs + settings.Duration.Nanoseconds));
        if (!SleepUntil(beginNs, stop))
        {
            PublishEnd(MonotonicClock.NowNs());
        }

        Report(LoadSignal.Begin);
        if (!SleepUntil(times.Current!.EndNs, stop))
        {
            PublishEnd(MonotonicClock.NowNs());
        }

        Report(LoadSignal.End);
        SleepUntil(long.MaxValue, CancellationToken.None);
        return times.Current!;
    }

    /// <summary>As it was told, or as soon as every thread can have heard of it.</summary>
    /// <exception cref="UsageException">What it was told has passed.</exception>
    private long Epoch()
    {
        long nowNs = MonotonicClock.NowNs();
        return start.EpochNs is not long toldNs ? nowNs + LeadNs
            : toldNs > nowNs ? toldNs
            : throw UsageException.OfHost(
                $"epoch: too late by {new Duration(nowNs - toldNs).Milliseconds:0.###} ms when the clients were ready; name a later one");
    }

    private WindowTimes.Times TimesOf(long epochNs, long beginNs, long endNs) => new(epochNs, beginNs, endNs) { ScheduleNs = epochNs + start.LaterNs };

    /// <summary>
    /// After the warm-up; where clients begin in a ramp not before all of them have, however busy this host is: a load that still grows is
    /// not measured.
    /// </summary>
    private long BeginOfWindow(long epochNs, CancellationToken stop)
    {
        long beginNs = epochNs + settings.Warmup.Nanoseconds;
        if (IsGrown())
        {
            return beginNs;
        }

        Publish(TimesOf(epochNs, long.MaxValue, long.MaxValue));
        long dueNs = epochNs + settings.Opening.Nanoseconds;
        while (SleepUntil(dueNs, stop) && !IsGrown() && Volatile.Read(ref _failure) is null)
        {
            dueNs = MonotonicClock.NowNs() + LeadNs;
        }

        return Math.Max(beginNs, MonotonicClock.NowNs() + LeadNs);
    }

    private bool IsGrown() => threads.All(t => t.IsGrown);

    /// <summary>Sleeps with a progress line each second, no longer than the threads run.</summary>
    /// <returns>False when stopped before.</returns>
    private bool SleepUntil(long dueNs, CancellationToken stop)
    {
        WaitHandle[] handles = [_finished.WaitHandle, stop.WaitHandle];
        while (!stop.IsCancellationRequested)
        {
            long nowNs = MonotonicClock.NowNs();
            if (dueNs <= nowNs)
            {
                return true;
            }

            if (nowNs >= _lastProgressNs + ProgressNs)
            {
                Report(LoadSignal.Progress);
                _lastProgressNs += ProgressNs;
            }

            long leftNs = Math.Min(dueNs, _lastProgressNs + ProgressNs) - nowNs;

            if (WaitHandle.WaitAny(handles, (int)Math.Clamp((leftNs - NsPerMs) / NsPerMs, 0, int.MaxValue)) == 0)
            {
                return true;
            }

            if (leftNs is > 0 and <= 2 * NsPerMs)
            {
                // A wait on handles counts in milliseconds; the two ends of the window deserve better.
                MonotonicClock.SleepUntil(nowNs + leftNs);
            }
        }

        return false;
    }

    private void Publish(WindowTimes.Times window)
    {
        times.Publish(window);
        foreach (LoadThread thread in threads)
        {
            thread.Wake();
        }
    }

    /// <summary>The window ends no later than now.</summary>
    private void PublishEnd(long nowNs)
    {
        WindowTimes.Times window = times.Current ?? new WindowTimes.Times(nowNs, nowNs, nowNs);
        long endNs = Math.Min(window.EndNs, nowNs);
        Publish(window with { BeginNs = Math.Min(window.BeginNs, endNs), EndNs = endNs });
    }

    private void Report(string signal)
    {
        long nowNs = MonotonicClock.NowNs();
        long answers = threads.Sum(t => Volatile.Read(ref t.Recorder.Life.Answers));
        signals.Report(new LoadSignal
        {
            Signal = signal,
            TimeNs = nowNs,
            Requests = answers,
            Errors = threads.Sum(t => t.Recorder.Life.Errors),
            RateNowRps = signal == LoadSignal.Progress ? (answers - _lastAnswers) * 1e9 / (nowNs - _lastCountedNs) : 0,
        });
        if (signal == LoadSignal.Progress)
        {
            // From count to count: a line that comes late has counted for longer than a second.
            _lastAnswers = answers;
            _lastCountedNs = nowNs;
        }
    }
}
