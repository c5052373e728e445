using System.Text;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Data;

/// <summary>
/// <c>timeline.csv</c> of a large run has a million rows of which a report draws a few hundred: the file is passed through in blocks, and only
/// the lines of the wanted repeats are parsed. The rows of one repeat stand together, so the last decision mostly holds for the next line.
/// </summary>
internal sealed class TimelineFile(string path)
{
    private const int BlockBytes = 1 << 20;
    private const int KeyColumns = 4;

    public IReadOnlyList<TimelineRow> Read(IEnumerable<(string CellId, int Repeat)> repeats)
    {
        HashSet<string> wanted = [.. repeats.Select(r => $"{r.CellId},{r.Repeat}")];
        if (wanted.Count == 0 || !File.Exists(path))
        {
            return [];
        }

        using MemoryStream kept = new();
        Select(wanted, kept);
        return CsvFile.Parse<TimelineRow>(kept.GetBuffer().AsMemory(0, (int)kept.Length), path);
    }

    /// <summary>Copies the header and the wanted lines.</summary>
    private void Select(HashSet<string> wanted, MemoryStream kept)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] block = new byte[BlockBytes];
        byte[] lastKey = [];
        bool isWanted = true;
        bool isHeader = true;
        int held = 0;
        for (int read; (read = file.Read(block, held, block.Length - held)) > 0;)
        {
            int length = held + read;
            int from = 0;
            for (int end; (end = block.AsSpan(from, length - from).IndexOf((byte)'\n')) >= 0; from += end + 1)
            {
                ReadOnlySpan<byte> line = block.AsSpan(from, end + 1);
                ReadOnlySpan<byte> key = Key(line);
                if (!key.SequenceEqual(lastKey))
                {
                    lastKey = key.ToArray();
                    isWanted = isHeader || wanted.Contains(CellAndRepeat(key));
                    isHeader = false;
                }

                if (isWanted)
                {
                    kept.Write(line);
                }
            }

            held = length - from;
            if (held == block.Length)
            {
                throw new UsageException($"{path}: a line is longer than {BlockBytes} bytes, so it is no table of a run; restore the file or "
                    + "run again");
            }

            Array.Copy(block, from, block, 0, held);
        }
    }

    /// <summary>schema_version, run_id, cell_id, repeat: each row of a run begins with these.</summary>
    private static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> line)
    {
        int end = 0;
        for (int column = 0; column < KeyColumns; column++)
        {
            int next = line[end..].IndexOf((byte)',');
            if (next < 0)
            {
                return line;
            }

            end += next + 1;
        }

        return line[..(end - 1)];
    }

    private static string CellAndRepeat(ReadOnlySpan<byte> key)
    {
        string[] columns = Encoding.UTF8.GetString(key).Split(',');
        return columns.Length == KeyColumns ? $"{columns[2]},{columns[3]}" : "";
    }
}
