using System.Text.Json;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Recording;

/// <summary>Failures of a whole life by phase and code, and answers by status. One thread writes.</summary>
internal sealed class FailureTally
{
    private const int Statuses = 1000;

    private static readonly int Phases = Enum.GetValues<FailurePhase>().Length;

    private readonly long[] _failures = new long[Phases * FailureCode.Count];
    private readonly long[] _statuses = new long[Statuses];

    public void Count(FailurePhase phase, int code) => _failures[((int)phase * FailureCode.Count) + code]++;

    /// <summary>Of a code, in all phases. Others may ask: a count is a whole word.</summary>
    public long CountOf(int code)
    {
        long count = 0;
        for (int phase = 0; phase < Phases; phase++)
        {
            count += Volatile.Read(ref _failures[(phase * FailureCode.Count) + code]);
        }

        return count;
    }

    /// <param name="status">Of an answer other than 2xx; 0 to 999.</param>
    public void CountStatus(int status) => _statuses[status]++;

    public void Add(FailureTally other)
    {
        for (int i = 0; i < _failures.Length; i++)
        {
            _failures[i] += other._failures[i];
        }

        for (int i = 0; i < _statuses.Length; i++)
        {
            _statuses[i] += other._statuses[i];
        }
    }

    public ErrorCount[] ToErrorCounts()
    {
        List<ErrorCount> counts = [];
        for (int i = 0; i < _failures.Length; i++)
        {
            if (_failures[i] > 0)
            {
                counts.Add(new ErrorCount(NameOf((FailurePhase)(i / FailureCode.Count)), FailureCode.NameOf(i % FailureCode.Count), _failures[i]));
            }
        }

        for (int status = 0; status < Statuses; status++)
        {
            if (_statuses[status] > 0)
            {
                counts.Add(new ErrorCount(NameOf(FailurePhase.Answer), FailureCode.NameOfStatus(status), _statuses[status]));
            }
        }

        return [.. counts];
    }

    private static string NameOf(FailurePhase phase) => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());
}
