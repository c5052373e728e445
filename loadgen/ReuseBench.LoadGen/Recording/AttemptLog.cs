using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Clients;

namespace ReuseBench.LoadGen.Recording;

/// <summary>One record for each attempt of a thread's open loop, in memory that is there from the start. Nobody pays for it but who asks.</summary>
internal sealed class AttemptLog
{
    /// <summary>Over all threads: 400 MB.</summary>
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

    public void Answered(in Connection connection, int status, long nowNs) =>
        Add(connection, nowNs, status is >= 200 and < 300 ? AttemptOutcome.Served : AttemptOutcome.BadAnswer);

    /// <param name="connection">Not established.</param>
    /// <param name="code">Of <see cref="FailureCode"/>.</param>
    /// <param name="nowNs">When it was seen.</param>
    public void ConnectFailed(in Connection connection, int code, long nowNs) =>
        Add(new Entry(connection.IntendedNs, connection.ConnectNs, 0, nowNs, OutcomeOf(code)));

    /// <param name="connection">Established.</param>
    /// <param name="code">Of <see cref="FailureCode"/>.</param>
    /// <param name="nowNs">When it was seen.</param>
    public void RequestFailed(in Connection connection, int code, long nowNs) => Add(connection, nowNs, OutcomeOf(code));

    /// <summary>It waited too long for a free connection.</summary>
    public void NeverStarted(long intendedNs, long nowNs) => Add(new Entry(intendedNs, 0, 0, nowNs, AttemptOutcome.Timeout));

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
            IntendedNs = [.. entries.Select(e => e.IntendedNs)],
            ConnectNs = [.. entries.Select(e => e.ConnectNs)],
            SendNs = [.. entries.Select(e => e.SendNs)],
            EndNs = [.. entries.Select(e => e.EndNs)],
            Outcome = [.. entries.Select(e => (int)e.Outcome)],
            Dropped = all.Sum(log => log._dropped),
        };
    }

    private void Add(in Connection connection, long nowNs, AttemptOutcome outcome) =>
        Add(new Entry(connection.IntendedNs, connection.ConnectNs, connection.SendNs, nowNs, outcome));

    private void Add(in Entry entry)
    {
        if (_count == _entries.Length)
        {
            _dropped++;
            return;
        }

        _entries[_count++] = entry;
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

    private readonly record struct Entry(long IntendedNs, long ConnectNs, long SendNs, long EndNs, AttemptOutcome Outcome);
}
