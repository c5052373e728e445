namespace ReuseBench.Bench.Hosted;

/// <summary>What the agents say that a run started: kept until the run has a folder for it, and then in a file there.</summary>
internal sealed class AgentLog : IDisposable
{
    public const string FileName = "agents.log";

    private readonly Lock _lock = new();
    private readonly List<string> _early = [];
    private StreamWriter? _file;

    /// <summary>From any thread; never fails.</summary>
    public void Write(string line)
    {
        lock (_lock)
        {
            if (_file is null)
            {
                _early.Add(line);
                return;
            }

            try
            {
                _file.WriteLine(line);
            }
            catch (IOException)
            {
                // A full disk is said where rows are written.
            }
        }
    }

    /// <param name="folder">Is made where it is missing.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void KeepIn(string folder)
    {
        Directory.CreateDirectory(folder);
        lock (_lock)
        {
            _file = new StreamWriter(Path.Combine(folder, FileName), append: true) { AutoFlush = true };
            _early.ForEach(_file.WriteLine);
            _early.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
