/** Who is signed in with a role in the tenant, for an admin, who may end a session. */
import { useState } from 'preact/hooks';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { LogText } from './log-text.tsx';
import { Shown } from './states.tsx';
import { Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

export function OpenSessions() {
  const list = useResource('sessions', () => got(api.GET('/auth/sessions')), { isLive: true });
  const [told, setTold] = useState('');
  const end = (id: string) => async () => {
    try {
      const { name } = await got(api.POST('/auth/sessions/{id}/end', { params: { path: { id } } }));
      setTold(`The session of ${name} is over. Every process knows within five seconds.`);
      list.reload();
    } catch (error) {
      setTold(error instanceof Problem ? `${error.message}. ${error.remedy}` : String(error));
    }
  };
  return (
    <section class="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Who is signed in</h2>
      <p class="soft" role="status">
        {told === ''
          ? 'People who signed in at the provider. API tokens are not listed: to end one, remove its line from the file of tokens.'
          : told}
      </p>
      <Shown of={list} what="who is signed in">
        {({ sessions, left }) =>
          sessions.length === 0 ? (
            <p class="soft">Nobody.</p>
          ) : (
            <Wide label="Who is signed in">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Person</th>
                    <th scope="col">Role here</th>
                    <th scope="col">Since</th>
                    <th scope="col">Last active</th>
                    <th scope="col">Ends</th>
                    <th scope="col">Action</th>
                  </tr>
                </thead>
                <tbody>
                  {sessions.map(({ id, name, role, beganAt, usedAt, until }) => (
                    <tr key={id}>
                      <th scope="row">
                        <LogText text={name} max={80} />
                      </th>
                      <td>{role}</td>
                      <td>
                        <Time at={beganAt} />
                      </td>
                      <td>
                        <Time at={usedAt} withAge />
                      </td>
                      <td>
                        <Time at={until} />
                      </td>
                      <td>
                        <button type="button" class="small" onClick={end(id)}>
                          End it
                        </button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {left > 0 && <p class="soft">And {count(left, 'session')} more.</p>}
            </Wide>
          )
        }
      </Shown>
    </section>
  );
}
