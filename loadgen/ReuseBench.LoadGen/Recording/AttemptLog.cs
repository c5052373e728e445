using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>One record for each attempt of a thread's open loop, in memory that is there from the start. Nobody pays for it but who asks.</summary>
internal sealed class AttemptLog
{
    /// <summary>Over all threads: 480 MB.</summary>
    private const int MaxEntries = 10_000_000;

    /// <summary>What the schedule may be ahead of its mean, and the probe of the target.</summary>
    private const double Slack = 1.2;

    private const int SlackEntries = 1024;

    private readonly Entry[] _entries;
    private int _count;
    private long _dropped;

    private AttemptLog(int capacity) => _entries = new Entry[capacity];

    /// <summary>The log of one thread; null where the settings ask for none.</summary>
    public static AttemptLog? For(LoadSettings settings)
    {
        if (!settings.RecordAttempts || settings.Rate is not double rate)
        {
            return null;
        }

        double expected = rate * (settings.Warmup.Seconds + settings.Duration.Seconds) / settings.Threads;
        return new AttemptLog((int)Math.Min((expected * Slack) + SlackEntries, MaxEntries / (double)settings.Threads));
    }

    public void Answered(in AttemptTimes times, int status, long nowNs) =>
        Add(times, nowNs, status is >= 200 and < 300 ? AttemptOutcome.Served : AttemptOutcome.BadAnswer);

    /// <param name="times">Of a connection that was not established.</param>
    /// <param name="code">Of <see cref="FailureCode"/>.</param>
    /// <param name="nowNs">When it was seen.</param>
    public void ConnectFailed(in AttemptTimes times, int code, long nowNs) => Add(times with { SendNs = 0 }, nowNs, OutcomeOf(code));

    /// <param name="times">Of an established connection.</param>
    /// <param name="code">Of <see cref="FailureCode"/>.</param>
    /// <param name="nowNs">When it was seen.</param>
    public void RequestFailed(in AttemptTimes times, int code, long nowNs) => Add(times, nowNs, OutcomeOf(code));

    /// <summary>It waited too long for a free connection.</summary>
    public void NeverStarted(long intendedNs, long nowNs) => Add(new AttemptTimes(intendedNs, 0, 0), nowNs, AttemptOutcome.Timeout);

    public static AttemptColumns? ToColumns(IEnumerable<AttemptLog?> logs)
    {
        AttemptLog[] all = [.. logs.OfType<AttemptLog>()];
        if (all.Length == 0)
        {
            return null;
        }

        Entry[] entries = [.. all.SelectMany(log => log._entries.Take(log._count))];
        return new AttemptColumns
        {
            IntendedNs = [.. entries.Select(e => e.Times.IntendedNs)],
            ConnectNs = [.. entries.Select(e => e.Times.ConnectNs)],
            SendNs = [.. entries.Select(e => e.Times.SendNs)],
            EndNs = [.. entries.Select(e => e.EndNs)],
            Outcome = [.. entries.Select(e => (int)e.Outcome)],
            Path = [.. entries.Select(e => (int)e.Times.Path)],
            Dropped = all.Sum(log => log._dropped),
        };
    }

    private void Add(in AttemptTimes times, long nowNs, AttemptOutcome outcome)
    {
        if (_count == _entries.Length)
        {
            _dropped++;
            return;
        }

        _entries[_count++] = new Entry(times, nowNs, outcome);
    }

    private static AttemptOutcome OutcomeOf(int code) => FailureCode.ClassOf(code) switch
    {
        FailureClass.Refused => AttemptOutcome.Refused,
        FailureClass.Reset => AttemptOutcome.Reset,
        FailureClass.Timeout => AttemptOutcome.Timeout,
        FailureClass.Address => AttemptOutcome.Address,
        FailureClass.Protocol => AttemptOutcome.BadAnswer,
        _ => AttemptOutcome.Other,
    };

    private readonly record struct Entry(AttemptTimes Times, long EndNs, AttemptOutcome Outcome);
}

/// <summary>
/// When an attempt should have begun, when it began (connect(2) was called, or its request was sent on a kept connection) and when its first byte was
/// sent: CLOCK_MONOTONIC in nanoseconds, 0 for never; and on which connection.
/// </summary>
internal readonly record struct AttemptTimes(long IntendedNs, long ConnectNs, long SendNs, AttemptPath Path = AttemptPath.New);
