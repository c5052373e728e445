namespace ReuseBench.SystemTests;

/// <summary>A matrix of every variant that is measured in seconds.</summary>
internal static class TinyMatrix
{
    public const string Text = """
        name: tiny
        description: every variant for a moment, two of them twice
        defaults: {warmup: 100ms, duration: 300ms, connections: 16}
        groups:
          - {variant: [single, shared, reuseport], workers: 2, workload: [connect, keepalive]}
          - {variant: shared, accept: [epoll-exclusive, blocking], workers: 2, workload: connect, repeats: 2}
          - {experiment: restart, variant: restart, restart_every: 100ms, workers: 2, workload: connect, interval: 1ms, duration: 600ms}
        """;

    public static string WriteTo(TestFolder folder)
    {
        string path = folder.At("tiny.yaml");
        File.WriteAllText(path, Text);
        return path;
    }
}
