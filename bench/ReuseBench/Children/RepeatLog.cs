namespace ReuseBench.Bench.Children;

/// <summary>
/// What the processes of one repeat said on standard error: kept in memory, written to the run folder when something went wrong.
/// </summary>
/// <param name="echo">Gets every line as it comes; <see cref="TextWriter.Null"/> for nobody.</param>
internal sealed class RepeatLog(TextWriter echo)
{
    private const int MaxLines = 10_000;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

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
            string text = $"{role}: {line}";
            echo.WriteLine(text);
            if (_lines.Count < MaxLines)
            {
                _lines.Add(text);
            }
        }
    }

    /// <summary>An exception with all that it knows, for whoever has to find its cause.</summary>
    public void AddWhole(string role, Exception exception)
    {
        foreach (string line in exception.ToString().Split('\n'))
        {
            Add(role, line.TrimEnd('\r'));
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

/// <summary>Text for a field of a table: a row is one line of its file, so that a torn one is known by its missing end.</summary>
internal static class OneLine
{
    public static string Of(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
