import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './customer.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <main>
        <h1>
          Opsflow <span lang="zh-CN">运营服务</span>
        </h1>
        <p>
          提交需求的网页即将开放。 <span lang="en">This page opens soon.</span>
        </p>
      </main>
    </StrictMode>,
  );
}
