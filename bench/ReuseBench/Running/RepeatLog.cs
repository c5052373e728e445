namespace ReuseBench.Bench.Running;

/// <summary>What the processes of one repeat said on standard error: kept in memory, written to the run folder when something went wrong.</summary>
internal sealed class RepeatLog
{
    private const int MaxLines = 10_000;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public string LastLine
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count == 0 ? "it said nothing" : _lines[^1];
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count == 0;
            }
        }
    }

    public void Add(string role, string line)
    {
        lock (_lock)
        {
            if (_lines.Count < MaxLines)
            {
                _lines.Add($"{role}: {line}");
            }
        }
    }

    /// <summary>Copies a stream to its end.</summary>
    public void Copy(string role, StreamReader stream)
    {
        while (stream.ReadLine() is { } line)
        {
            Add(role, line);
        }
    }

    public void WriteTo(string path)
    {
        lock (_lock)
        {
            File.WriteAllLines(path, _lines);
        }
    }
}
